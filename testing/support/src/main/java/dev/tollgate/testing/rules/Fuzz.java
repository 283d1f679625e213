package dev.tollgate.testing.rules;

import dev.tollgate.testing.http.RawConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends mutated requests to a server, each on a connection of its own, in pieces of random sizes. After each, the
/// server answers or waits for more, and the connection ends once the client has ended its side.
///
/// A status is a fault when no request can cause it: every 5xx but 501 (a coding or method that nobody has) and 505
/// (another version).
public final class Fuzz {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9]) ");
    private static final Set<Integer> CAUSED_BY_REQUESTS = Set.of(501, 505);

    /// How long an answer is waited for before the client ends its side.
    private static final Duration PATIENCE = Duration.ofMillis(40);

    /// How long the connection may then take to end.
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

    private static final int FAULTS_MAX = 20;

    private final int port;
    private final Mutator mutator;
    private final AtomicLong next = new AtomicLong();
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    public Fuzz(int port, Mutator mutator) {
        this.port = port;
        this.mutator = mutator;
    }

    /// Plays cases on several connections at a time until `goesOn` is false for the number of the next case, or there
    /// are many faults.
    public void run(int connections, LongPredicate goesOn) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (long number = next.getAndIncrement();
                        goesOn.test(number) && faults.size() < FAULTS_MAX;
                        number = next.getAndIncrement()) {
                    play(number);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void play(long number) {
        SplittableRandom random = mutator.random(number);
        byte[] bytes = mutator.make(random);
        try (RawConnection connection = new RawConnection(port)) {
            int pieceMax = random.nextInt(4) == 0 ? 1 + random.nextInt(16) : bytes.length + 1;
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(pieceMax));
                connection.send(bytes, at, length);
                at += length;
            }
            if (random.nextInt(8) == 0) {
                return;
            }
            StringBuilder answers = new StringBuilder();
            if (!connection.readAll(answers, PATIENCE)) {
                connection.endSending();
                if (!connection.readAll(answers, ENDS_WITHIN)) {
                    fault(number, bytes, "the connection does not end");
                }
            }
            judge(answers, number, bytes);
        } catch (IOException | RuntimeException failed) {
            fault(number, bytes, failed.toString());
        }
    }

    /// Looks at the status lines only: which answers have a body depends on how the server read the requests.
    private void judge(CharSequence answers, long number, byte[] bytes) {
        Matcher line = STATUS_LINE.matcher(answers);
        while (line.find()) {
            int status = Integer.parseInt(line.group(1));
            statuses.computeIfAbsent(status, first -> new AtomicLong()).incrementAndGet();
            if (status >= 500 && !CAUSED_BY_REQUESTS.contains(status)) {
                fault(number, bytes, "status " + status);
            }
        }
    }

    private void fault(long number, byte[] bytes, String what) {
        faults.add("case " + number + ": " + what + ", for "
                + new String(bytes, StandardCharsets.ISO_8859_1)
                        .replace("\r", "\\r")
                        .replace("\n", "\\n")
                        .replace("\0", "\\0"));
    }

    /// What went wrong, with the numbers of the cases.
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /// Answers by status.
    public Map<Integer, AtomicLong> statuses() {
        return statuses;
    }

    /// Cases that were begun.
    public long cases() {
        return next.get();
    }
}
