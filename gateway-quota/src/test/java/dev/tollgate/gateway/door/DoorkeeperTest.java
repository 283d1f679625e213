package dev.tollgate.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaGate;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestOutcome;
import dev.tollgate.gateway.journal.RequestRecorder;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.proxy.Checkpoint;
import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.gateway.proxy.UpstreamSettings;
import dev.tollgate.gateway.tenant.StorageUsage;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantDirectory;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.schema.contract.EventType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a door takes and leaves when its asker goes or the journal fails. The gate answers when the test says so.
class DoorkeeperTest {

    private static final Route ROUTE =
            new Route("things", "/things", URI.create("http://127.0.0.1:1"), 2, EventType.API_REQUEST, "", "");
    private static final QuotaPolicy POLICY =
            new QuotaPolicy(100, 100, 100, 100, Enforcement.ENFORCE, LedgerFallback.FAIR_SHARE, LedgerFallback.CLOSED);
    private static final Tenant TENANT = new Tenant("acme", ZoneOffset.UTC, POLICY, Map.of(), 1_000, 1_000, Set.of());

    private final List<String> happened = new ArrayList<>();
    private final Deque<Runnable> gateAnswers = new ArrayDeque<>();
    private final List<DoorVerdict> verdicts = new ArrayList<>();
    private boolean gone;
    private boolean journalFails;
    private final Doorkeeper doorkeeper = doorkeeper();

    private Doorkeeper doorkeeper() {
        RequestRecorder recorder = new Journal();
        ProxySettings settings = new ProxySettings(
                1_000,
                1_000,
                1_000,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                1,
                10,
                "X-Db",
                true,
                ClientSettings.DEFAULT,
                ProxySettings.JournalFullPolicy.REFUSE,
                UpstreamSettings.DEFAULT);
        Checkpoint.Shared shared = new Checkpoint.Shared(
                settings,
                new RouteTable(List.of(ROUTE)),
                new Directory(),
                null,
                tenant -> StorageUsage.WITHIN_LIMIT,
                new Gate(),
                (tenantId, quota, limit, current, route, endpoint) -> happened.add("violation"));
        return new Doorkeeper(new Checkpoint(shared, recorder, Runnable::run, () -> 0), recorder, new Meter(), true);
    }

    private void ask(long hits) {
        doorkeeper.ask(
                new DoorQuestion(
                        new DoorCaller.Presented(new Credentials("tg_k", false)), "GET", "/things/1", hits, () -> gone),
                verdicts::add);
    }

    @Test
    void theEventIsWrittenBeforeTheAnswer() {
        ask(3);
        gateAnswers.remove().run();
        assertThat(happened).containsExactly("reserve", "record units=6 status=0", "commit");
        assertThat(verdicts).singleElement().isInstanceOf(DoorVerdict.Allowed.class);
    }

    @Test
    void whoIsGoneBeforeTheDecisionTakesNothing() {
        ask(1);
        gone = true;
        gateAnswers.remove().run();
        assertThat(happened).containsExactly("reserve", "giveBack", "release");
        ask(1);
        assertThat(gateAnswers).isEmpty();
        assertThat(verdicts)
                .hasSize(2)
                .allSatisfy(verdict -> assertThat(verdict).isInstanceOf(DoorVerdict.Gone.class));
    }

    @Test
    void aJournalThatFailsAdmitsNothing() {
        journalFails = true;
        ask(1);
        assertThatThrownBy(() -> gateAnswers.remove().run()).hasMessage("disk");
        assertThat(happened).containsExactly("reserve", "giveBack");
        assertThat(verdicts)
                .singleElement()
                .isInstanceOfSatisfying(
                        DoorVerdict.Denied.class,
                        denied -> assertThat(denied.refused().answer().status()).isEqualTo(503));
    }

    @Test
    void whatWouldCostMoreThanAnEventCanSayIsRefused() {
        doorkeeper.ask(
                new DoorQuestion(
                        new DoorCaller.Presented(new Credentials("tg_k", false)),
                        "GET",
                        "/things/1",
                        1_000_000_000,
                        () -> false),
                verdicts::add);
        assertThat(happened).isEmpty();
        assertThat(verdicts)
                .singleElement()
                .isInstanceOfSatisfying(
                        DoorVerdict.Denied.class,
                        denied -> assertThat(denied.refused().answer().status()).isEqualTo(400));
    }

    private static final class Directory implements TenantDirectory {

        @Override
        public TenantLookup find(String presentedKey) {
            return new TenantLookup.Found(TENANT, "k");
        }

        @Override
        public TenantLookup findTenant(String tenantId) {
            return new TenantLookup.Found(TENANT, "k");
        }
    }

    private final class Gate implements QuotaGate {

        @Override
        public void admit(
                Tenant tenant, String routePolicy, long cost, Executor eventLoop, Consumer<QuotaDecision> answer) {
            gateAnswers.add(() -> answer.accept(new QuotaDecision.Admitted(new Tokens(cost))));
        }

        @Override
        public void reportDbQueries(Tenant tenant, long count) {
            happened.add("queries");
        }
    }

    private final class Tokens implements Admission {

        private final long cost;

        Tokens(long cost) {
            this.cost = cost;
        }

        @Override
        public long cost() {
            return cost;
        }

        @Override
        public QuotaState closest() {
            return new QuotaState("requests_per_day", 86_400, 100, 1, Duration.ofSeconds(1), Instant.EPOCH);
        }

        @Override
        public void commit() {
            happened.add("commit");
        }

        @Override
        public void giveBack() {
            happened.add("giveBack");
        }
    }

    private final class Journal implements RequestRecorder {

        @Override
        public Optional<RecordSlot> reserve(
                String tenantId, @Nullable String userId, String method, String endpoint, String route) {
            happened.add("reserve");
            return Optional.of(new RecordSlot(1, 2, 3));
        }

        @Override
        public UUID record(RecordSlot slot, RequestOutcome outcome) {
            if (journalFails) {
                throw new IllegalStateException("disk");
            }
            happened.add("record units=" + outcome.units() + " status=" + outcome.responseStatus());
            return new UUID(1, 2);
        }

        @Override
        public void release(RecordSlot slot) {
            happened.add("release");
        }

        @Override
        public UUID idNow(RecordSlot slot) {
            return new UUID(1, 2);
        }
    }

    private final class Meter implements DoorMeter {

        @Override
        public void answered(String door, int status) {
            happened.add("answered");
        }

        @Override
        public void unrecorded() {
            happened.add("unrecorded");
        }
    }
}
