package dev.tollgate.gateway.admission;

import java.util.List;

/// Keeps counted denials for people to see.
public interface ViolationStore {

    /// Adds to what is stored for the same tenant, quota, route and minute: all of it, or nothing when it throws.
    void add(List<ViolationCount> counts) throws LedgerUnavailableException;
}
