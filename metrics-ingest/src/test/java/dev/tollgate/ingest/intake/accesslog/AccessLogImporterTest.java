package dev.tollgate.ingest.intake.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeLedger.Verdict;
import dev.tollgate.ingest.intake.IntakeLimits;
import dev.tollgate.ingest.intake.Submission;
import dev.tollgate.ingest.intake.accesslog.ImportSummary.BadLine;
import dev.tollgate.ingest.intake.accesslog.ImportSummary.TenantUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessLogImporterTest {

    private static final String NOW = request("a", "24/Nov/2026:03:30:00");
    private static final String LATEST = request("b", "24/Nov/2026:03:35:00");
    private static final String TOO_LATE = request("c", "24/Nov/2026:03:35:01");
    private static final String TOO_OLD = request("d", "31/Dec/1999:23:59:59");
    private static final String OLDEST = request("e", "01/Jan/2000:00:00:00");

    private final List<Submission> taken = new ArrayList<>();
    private final Registry registry = new Registry();
    private final Set<YearMonth> closed = new HashSet<>();

    @Test
    void judgesBothPassesByOneMomentAndLeavesRefusedLinesOut() throws IOException {
        ImportSummary summary = importer().run(new Log(List.of(NOW, LATEST, TOO_LATE, TOO_OLD, OLDEST), List.of()));

        assertThat(taken).extracting(one -> one.key().tenantId()).containsExactly("a", "b", "e");
        assertThat(summary.lines()).isEqualTo(5);
        assertThat(summary.accepted()).isEqualTo(summary.requests()).isEqualTo(3);
        assertThat(summary.bad()).isEqualTo(2);
        assertThat(summary.badLines()).extracting(BadLine::number).containsExactly(3L, 4L);
        assertThat(summary.months()).containsExactly(YearMonth.of(2000, 1), YearMonth.of(2026, 11));
        assertThat(summary.tenants()).extracting(TenantUsage::tenantId).containsExactly("a", "b", "e");
        assertThat(registry.registered).containsExactlyInAnyOrder("a", "b", "e");
        assertThat(registry.firstDays).containsExactly(LocalDate.of(2000, 1, 1));
    }

    @Test
    void aLineOfAClosedMonthIsBad() throws IOException {
        closed.add(YearMonth.of(2000, 1));
        AccessLogImporter importer = importer();
        closed.add(YearMonth.of(2026, 10));
        ImportSummary summary =
                importer.run(new Log(List.of(OLDEST, request("f", "31/Oct/2026:23:59:59"), NOW), List.of()));

        assertThat(taken).extracting(one -> one.key().tenantId()).containsExactly("f", "a");
        assertThat(summary.badLines())
                .containsExactly(new BadLine(1, "time is of 2000-01, which takes no more events: it is archived"));
        assertThat(registry.registered).doesNotContain("e");
    }

    @Test
    void aLogOfRefusedLinesRegistersNobody() throws IOException {
        ImportSummary summary = importer().run(new Log(List.of(TOO_OLD, TOO_LATE), List.of()));

        assertThat(summary.bad()).isEqualTo(2);
        assertThat(summary.months()).isEmpty();
        assertThat(summary.tenants()).isEmpty();
        assertThat(registry.firstDays).isEmpty();
    }

    @Test
    void whatIsFinishedAfterTheSurveyIsLeftToTheNextImport() throws IOException {
        String unfinished = LATEST.substring(0, LATEST.length() - 1);
        ImportSummary summary = importer().run(new Log(List.of(NOW, unfinished), List.of(NOW, LATEST, OLDEST)));

        assertThat(taken).hasSize(1);
        assertThat(summary.lines()).isEqualTo(2);
        assertThat(summary.badLines()).containsExactly(new BadLine(2, "the line is not finished yet"));
    }

    @Test
    void aLogThatLostLinesBetweenThePassesIsAFault() {
        assertThatThrownBy(() -> importer().run(new Log(List.of(NOW, LATEST), List.of(NOW))))
                .hasMessageContaining("the log changed while it was read");
    }

    private AccessLogImporter importer() {
        Intake intake = new Intake(
                submissions -> {
                    taken.addAll(submissions);
                    return submissions.stream().map(one -> Verdict.STORED).toList();
                },
                () -> closed,
                IntakeLimits.HISTORY,
                new HourlyClock());
        return new AccessLogImporter(intake, registry, TenantRule.parse("address"), "starter", (done, total) -> {});
    }

    private static String request(String host, String time) {
        return host + " - - [" + time + " +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"";
    }

    /// An hour passes between one look and the next.
    private static final class HourlyClock implements InstantSource {
        private Instant now = Instant.parse("2026-11-24T03:30:00Z");

        @Override
        public Instant instant() {
            Instant seen = now;
            now = now.plus(Duration.ofHours(1));
            return seen;
        }
    }

    private static final class Registry implements TenantRegistry {
        private final List<String> registered = new ArrayList<>();
        private final List<LocalDate> firstDays = new ArrayList<>();

        @Override
        public void requirePlan(String planId) {}

        @Override
        public Registration register(Collection<String> tenantIds, String planId, LocalDate from) {
            registered.addAll(tenantIds);
            firstDays.add(from);
            return new Registration(tenantIds.size(), 0);
        }
    }

    /// Lines without an end after the last one; the second pass finds others, if any are given.
    private static final class Log implements AccessLog {
        private final List<String> first;
        private final List<String> later;
        private int opened;

        Log(List<String> first, List<String> later) {
            this.first = first;
            this.later = later.isEmpty() ? first : later;
        }

        @Override
        public Lines open() {
            List<String> lines = opened++ == 0 ? first : later;
            Iterator<String> rest = lines.iterator();
            return new Lines() {
                private long number;

                @Override
                public @Nullable RawLine next() {
                    return rest.hasNext() ? raw(rest.next()) : null;
                }

                private RawLine raw(String text) {
                    number++;
                    return new RawLine(number, text.getBytes(StandardCharsets.UTF_8), false, rest.hasNext());
                }

                @Override
                public long bytesRead() {
                    return number;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public long sizeBytes() {
            return first.size();
        }
    }
}
