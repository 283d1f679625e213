package dev.tollgate.billing.run;

import java.util.UUID;

/// What is to be done with a tenant's month.
public sealed interface Decision {

    String tenantId();

    record Close(PeriodDraft draft) implements Decision {
        @Override
        public String tenantId() {
            return draft.tenantId();
        }
    }

    record AlreadyClosed(String tenantId, UUID periodId) implements Decision {}

    record Held(String tenantId, String reason) implements Decision {}

    record Parked(String tenantId, String reason) implements Decision {}
}
