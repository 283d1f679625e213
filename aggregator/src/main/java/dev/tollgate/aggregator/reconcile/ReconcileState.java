package dev.tollgate.aggregator.reconcile;

import java.util.List;

/// The state of the reconciler and a page of its open findings, in one snapshot.
///
/// @param findings in the order of their ids, one more than a page when more follow
public record ReconcileState(List<ScanProgress> scans, OpenFindings open, List<StoredFinding> findings) {

    public ReconcileState {
        scans = List.copyOf(scans);
        findings = List.copyOf(findings);
    }
}
