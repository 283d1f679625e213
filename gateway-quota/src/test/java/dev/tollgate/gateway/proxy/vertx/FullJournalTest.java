package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.journal.EventLog;
import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.JournalPublisher;
import dev.tollgate.gateway.journal.file.JournalSettings;
import dev.tollgate.gateway.journal.file.SmallDisk;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.Validated;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The proxy on a disk that is full.
class FullJournalTest {

    private static final int DISK_BYTES = 512 * 1_024;
    private static final int REQUESTS_MAX = 20_000;
    private static final Pattern ID = Pattern.compile("X-Request-Id: (\\S+)");
    private static final String REQUEST =
            "GET /things/1 HTTP/1.1\r\nHost: api.example\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n";

    private final SmallDisk disk;
    private final ProxyFixture fixture;
    private final MemoryLog log = new MemoryLog();
    private final JournalPublisher publisher = new JournalPublisher(log, StrikePoints.inert(), System::nanoTime);
    private final List<String> answered = new ArrayList<>();

    FullJournalTest(@TempDir Path folder) {
        disk = SmallDisk.at(folder, DISK_BYTES);
        fixture = new ProxyFixture(
                new JournalSettings(folder.resolve("journal"), JournalSettings.SEGMENT_BYTES_MIN, disk.bytesMax()),
                1,
                10);
        fixture.lanes().forEach(publisher::add);
    }

    @AfterEach
    void close() {
        fixture.close();
        disk.close();
    }

    /// Keeps the ids of the events.
    private static final class MemoryLog implements EventLog {
        final List<String> published = new ArrayList<>();

        @Override
        public boolean offer(EventRecord event, Consumer<Answer> answer) {
            if (EventCodec.validate(event.json(), Long.MAX_VALUE) instanceof Validated.Valid(var valid)) {
                published.add(valid.id().toString());
            }
            answer.accept(new Answer.Stored());
            return true;
        }

        @Override
        public boolean offerDeadLetter(EventRecord event, String reason, Consumer<Answer> answer) {
            throw new AssertionError("nothing is refused");
        }

        @Override
        public boolean offerStandIn(EventRecord event, Consumer<Answer> answer) {
            throw new AssertionError("nothing is refused");
        }

        @Override
        public void recover() {}

        @Override
        public void close() {}
    }

    /// Sends requests until one is not answered with 200; returns that answer.
    private String untilRefused() throws IOException {
        try (RawClient client = fixture.connect()) {
            for (int request = 0; request < REQUESTS_MAX; request++) {
                String response = client.send(REQUEST).readResponse();
                if (!response.startsWith("HTTP/1.1 200")) {
                    return response;
                }
                Matcher id = ID.matcher(response);
                assertThat(id.find()).isTrue();
                answered.add(id.group(1));
            }
        }
        throw new AssertionError("a disk of " + DISK_BYTES + " bytes took " + REQUESTS_MAX + " events");
    }

    private void publishAll() {
        while (publisher.pump() > 0) {
            assertThat(publisher.isReachable()).isTrue();
        }
    }

    @Test
    void refusesWith503WhileTheDiskIsFullAndEveryAnsweredRequestIsPublished() throws IOException {
        String refused = untilRefused();
        assertThat(refused)
                .startsWith("HTTP/1.1 503")
                .contains("Retry-After: 1", "application/problem+json", "the journal of events is full");
        int before = answered.size();
        assertThat(before).isGreaterThan(DISK_BYTES / 4_096);
        JournalLane lane = fixture.lanes().getFirst();
        lane.deleteStored((partition, sequence) -> true);
        assertThat(untilRefused()).as("nothing is published yet").startsWith("HTTP/1.1 503");
        publishAll();
        Await.until("requests pass again", Duration.ofSeconds(10), () -> {
            lane.deleteStored((partition, sequence) -> true);
            return untilRefused().startsWith("HTTP/1.1 503") && answered.size() > before + DISK_BYTES / 4_096;
        });
        publishAll();
        assertThat(log.published).containsExactlyElementsOf(answered);
        assertThat(publisher.isDrained(lane)).isTrue();
    }
}
