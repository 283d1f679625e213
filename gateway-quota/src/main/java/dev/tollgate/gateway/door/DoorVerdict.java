package dev.tollgate.gateway.door;

import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.gateway.tenant.Tenant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a door answers.
public sealed interface DoorVerdict {

    /// The request may pass. Its tokens are spent and its event is in the journal.
    ///
    /// @param routePolicy the route's quota policy; empty for none
    /// @param closest the quota nearest to exhaustion
    /// @param eventId null when no event was left
    record Allowed(
            Tenant tenant,
            String routePolicy,
            QuotaState closest,
            @Nullable UUID eventId) implements DoorVerdict {}

    /// The request may not pass. Nothing was taken.
    record Denied(Refused refused) implements DoorVerdict {}

    /// Nobody waits for the answer any more. Nothing was taken.
    record Gone() implements DoorVerdict {}
}
