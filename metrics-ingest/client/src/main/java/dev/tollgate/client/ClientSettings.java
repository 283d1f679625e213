package dev.tollgate.client;

import java.net.URI;
import java.time.Duration;

/// How a client sends.
///
/// @param intake address of the intake, such as `https://tollgate.example/v1/events`
/// @param source the CloudEvents source: this application's name, the same on all its instances
/// @param eventsMax events in memory, waiting or being sent; what comes beyond is dropped and counted
/// @param batchEventsMax of one request, at most 1,000
/// @param linger how long the first event of a batch waits for others
/// @param pauseFirst after a first failure; doubled after each further one
/// @param pauseMax the longest pause between two attempts
/// @param ageMax how long an event is tried; then it is given up and counted
/// @param answerMax how long the intake may take to answer
/// @param closeMax how long `close` goes on sending
public record ClientSettings(
        URI intake,
        String source,
        int eventsMax,
        int batchEventsMax,
        Duration linger,
        Duration pauseFirst,
        Duration pauseMax,
        Duration ageMax,
        Duration answerMax,
        Duration closeMax) {

    private static final int BATCH_MAX = 1_000;

    public ClientSettings {
        if (source.isBlank() || source.length() > 256) {
            throw new IllegalArgumentException("source must have 1 to 256 characters");
        }
        if (batchEventsMax < 1 || batchEventsMax > BATCH_MAX || eventsMax < batchEventsMax) {
            throw new IllegalArgumentException("batchEventsMax must be 1 to 1000, and eventsMax no less");
        }
    }

    /// 10,000 events in memory, 500 a batch, 10 minutes of trying, 5 s to close.
    public static ClientSettings of(URI intake, String source) {
        return new ClientSettings(
                intake,
                source,
                10_000,
                500,
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5));
    }
}
