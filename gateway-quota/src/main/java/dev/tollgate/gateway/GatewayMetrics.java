package dev.tollgate.gateway;

import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.token.IssuerKeyring;
import dev.tollgate.gateway.token.TokenCounts;
import dev.tollgate.gateway.token.TokenFault;
import dev.tollgate.gateway.token.Tokens;
import dev.tollgate.gateway.violation.ViolationAnnouncer;
import dev.tollgate.gateway.violation.ViolationCounter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/// What the gateway's parts count, as metrics.
final class GatewayMetrics {

    private final MeterRegistry registry;

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void journal(JournalService opened) {
        losses(opened);
        Gauge.builder("tollgate.gateway.journal.size", opened, JournalService::bytesUsed)
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder(
                        "tollgate.gateway.journal.in.flight",
                        opened,
                        each -> each.publisher().inFlightEvents())
                .baseUnit("events")
                .register(registry);
        FunctionCounter.builder(
                        "tollgate.gateway.journal.published",
                        opened,
                        each -> each.publisher().publishedEvents())
                .baseUnit("events")
                .register(registry);
        FunctionCounter.builder(
                        "tollgate.gateway.journal.dead.lettered",
                        opened,
                        each -> each.publisher().deadLetteredEvents())
                .baseUnit("events")
                .register(registry);
    }

    void denials(ViolationCounter counter, ViolationAnnouncer announcer) {
        FunctionCounter.builder("tollgate.gateway.denials.counted", counter, ViolationCounter::countedDenials)
                .description("denied requests that were counted per tenant, quota, route and minute")
                .baseUnit("requests")
                .register(registry);
        FunctionCounter.builder("tollgate.gateway.denials.uncounted", counter, ViolationCounter::uncountedDenials)
                .description("denied requests for whose count there was no room")
                .baseUnit("requests")
                .register(registry);
        FunctionCounter.builder("tollgate.gateway.denials.announced", announcer, ViolationAnnouncer::announcedRows)
                .description("counts, of all gateways, that this one announced")
                .baseUnit("records")
                .register(registry);
    }

    void quotas(LeasedQuotaGate gate) {
        FunctionCounter.builder("tollgate.gateway.quota.admitted.alone", gate, LeasedQuotaGate::admittedAlone)
                .description(
                        "How often the quotas of a tenant, or of a tenant on a route policy, admitted a request without"
                                + " the ledger")
                .baseUnit("requests")
                .register(registry);
    }

    void tokens(Tokens tokens) {
        TokenCounts counts = tokens.counts();
        FunctionCounter.builder("tollgate.gateway.tokens.verified", counts, TokenCounts::verified)
                .description("tokens whose signature was verified and found good")
                .register(registry);
        FunctionCounter.builder("tollgate.gateway.tokens.remembered", counts, TokenCounts::remembered)
                .description("tokens that had been verified shortly before")
                .register(registry);
        FunctionCounter.builder("tollgate.gateway.tokens.undecided", counts, TokenCounts::undecided)
                .description("tokens that could not be checked, since the issuer's keys were not at hand")
                .register(registry);
        for (TokenFault fault : TokenFault.values()) {
            FunctionCounter.builder("tollgate.gateway.tokens.refused", counts, each -> each.refusals(fault))
                    .tag("reason", fault.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        FunctionCounter.builder(
                        "tollgate.gateway.tokens.key.readings.failed", tokens.keyring(), IssuerKeyring::failedReadings)
                .register(registry);
        Gauge.builder(
                        "tollgate.gateway.tokens.keys",
                        tokens.keyring(),
                        keyring -> keyring.keys().size())
                .baseUnit("keys")
                .register(registry);
    }

    private void losses(JournalService opened) {
        FunctionCounter.builder(
                        "tollgate.gateway.journal.broker.losses",
                        opened,
                        each -> each.keeper().lossesFound())
                .description("How often events of a source were lost by the broker and published again")
                .register(registry);
        Gauge.builder(
                        "tollgate.gateway.journal.broker.losses.given.up",
                        opened,
                        each -> each.keeper().lossesGivenUp())
                .baseUnit("sources")
                .register(registry);
    }
}
