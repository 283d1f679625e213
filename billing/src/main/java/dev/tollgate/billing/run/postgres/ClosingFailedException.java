package dev.tollgate.billing.run.postgres;

import java.util.List;

/// A batch of tenants was rolled back.
final class ClosingFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<String> tenantIds;

    ClosingFailedException(List<String> tenantIds, Exception cause) {
        super("closing " + tenantIds.size() + " tenants from " + tenantIds.getFirst() + " on failed", cause);
        this.tenantIds = List.copyOf(tenantIds);
    }

    List<String> tenantIds() {
        return tenantIds;
    }
}
