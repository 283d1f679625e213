/// Brings events into PostgreSQL exactly once: from the topic to the raw table, and from other producers and
/// access logs to the topic.
@NullMarked
package dev.tollgate.ingest;

import org.jspecify.annotations.NullMarked;
