package dev.tollgate.ingest.store;

/// A row that the database would not take, with its reason.
public record RefusedRow(EventRow row, String reason) {}
