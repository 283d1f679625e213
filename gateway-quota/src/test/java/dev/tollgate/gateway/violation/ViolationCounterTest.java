package dev.tollgate.gateway.violation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.schema.contract.FieldRules;
import dev.tollgate.schema.contract.QuotaViolation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What the counter holds while its store is away, and what it repeats.
final class ViolationCounterTest {

    private static final Instant MINUTE = Instant.parse("2026-05-01T10:20:00Z");

    /// Refuses flushes while it is away, and remembers every one that came.
    private static final class AwayStore implements ViolationStore {

        private final List<Long> numbers = new ArrayList<>();
        private final List<List<QuotaViolation>> flushes = new ArrayList<>();
        private boolean away;

        @Override
        public void add(long flushNumber, List<QuotaViolation> counts) throws ViolationsUnavailableException {
            numbers.add(flushNumber);
            flushes.add(counts);
            if (away) {
                throw new ViolationsUnavailableException("away", new IllegalStateException("unplugged"));
            }
        }
    }

    private final AwayStore store = new AwayStore();
    private final AtomicLong epochMs = new AtomicLong(MINUTE.plusSeconds(59).toEpochMilli());
    private final ViolationCounter counter = new ViolationCounter(store, epochMs::get);

    @Test
    void denialsOfOneMinuteAreOneCountWithTheLastOnesLimitAndPath() {
        counter.record("acme", "requests_per_day", 10, 10, "search", "/a");
        counter.record("acme", "requests_per_day", 12, 11, "search", "/b");
        epochMs.addAndGet(1_000);
        counter.record("acme", "requests_per_day", 12, 12, "", null);

        assertThat(counter.flush()).isTrue();

        assertThat(store.flushes)
                .singleElement()
                .satisfies(counts -> assertThat(counts)
                        .containsExactlyInAnyOrder(
                                new QuotaViolation("acme", "requests_per_day", 12, 11, "/b", "search", 2, MINUTE),
                                new QuotaViolation(
                                        "acme", "requests_per_day", 12, 12, null, null, 1, MINUTE.plusSeconds(60))));
    }

    @Test
    void aFlushWithoutAnAnswerIsRepeatedUnchangedBeforeAnythingElse() {
        store.away = true;
        counter.record("acme", "q", 1, 1, "", null);
        assertThat(counter.flush()).isFalse();
        counter.record("acme", "q", 1, 1, "", null);
        counter.record("other", "q", 1, 1, "", null);
        assertThat(counter.flush()).isFalse();
        assertThat(counter.waiting()).isEqualTo(3);

        store.away = false;
        assertThat(counter.flush()).isTrue();

        assertThat(store.numbers).containsExactly(1L, 1L, 1L, 2L);
        assertThat(store.flushes.subList(0, 3)).containsOnly(store.flushes.getFirst());
        assertThat(store.flushes.getLast())
                .extracting(QuotaViolation::tenantId, QuotaViolation::deniedCount)
                .containsExactlyInAnyOrder(tuple("acme", 1L), tuple("other", 1L));
        assertThat(counter.waiting()).isZero();
    }

    @Test
    void memoryIsBoundedAndWhatDoesNotFitIsTotalled() {
        store.away = true;
        for (int i = 0; i < ViolationCounter.COUNTS_MAX + 7; i++) {
            counter.record("tenant-" + i, "q", 1, 1, "", null);
        }
        counter.record("tenant-0", "q", 1, 1, "", null);
        assertThat(counter.flush()).isFalse();
        assertThat(counter.waiting()).isEqualTo(ViolationCounter.COUNTS_MAX);
        assertThat(counter.uncountedDenials()).isEqualTo(7);
        assertThat(counter.countedDenials()).isEqualTo(ViolationCounter.COUNTS_MAX + 1);

        store.away = false;
        store.flushes.clear();
        assertThat(counter.flush()).isTrue();

        assertThat(store.flushes).hasSize(ViolationCounter.COUNTS_MAX / ViolationCounter.BATCH_MAX);
        assertThat(store.flushes.stream()
                        .flatMap(List::stream)
                        .mapToLong(QuotaViolation::deniedCount)
                        .sum())
                .isEqualTo(counter.countedDenials());
    }

    @Test
    void whateverAClientSendsCanBeStored() {
        String endpoint = "/\0\uD800" + "x".repeat(FieldRules.ENDPOINT_CHARS_MAX);
        counter.record("acme", "p".repeat(100), -1, Long.MAX_VALUE, "r".repeat(200), endpoint);

        assertThat(counter.flush()).isTrue();

        assertThat(store.flushes.getFirst()).singleElement().satisfies(count -> {
            assertThat(count.quotaType()).hasSize(QuotaViolation.QUOTA_TYPE_CHARS_MAX);
            assertThat(count.route()).hasSize(FieldRules.ROUTE_CHARS_MAX);
            assertThat(count.endpoint()).startsWith("/\uFFFD\uFFFDxx").hasSize(FieldRules.ENDPOINT_CHARS_MAX);
            assertThat(count.limitValue()).isZero();
            assertThat(count.currentValue()).isEqualTo(FieldRules.COUNT_MAX);
        });
    }

    @Test
    void theEndTriesMoreThanOnce() {
        store.away = true;
        counter.record("acme", "q", 1, 1, "", null);

        counter.close();

        assertThat(store.numbers).hasSize(ViolationCounter.FLUSHES_AT_CLOSE_MAX);
        assertThat(counter.waiting()).isEqualTo(1);
    }
}
