package dev.tollgate.gateway.journal.file;

/// A segment that holds events, with what its lane had given out before it.
record ActiveSegment(Segment segment, SegmentHeader header) {}
