package dev.tollgate.testing.rules;

import dev.tollgate.testing.http.Answer;
import dev.tollgate.testing.http.RawConnection;
import dev.tollgate.testing.http.StrictUpstream;
import dev.tollgate.testing.http.UpstreamRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Plays rules against a server that stands before a [StrictUpstream], one after the other.
///
/// @param port the server's
/// @param basePath what the server puts before the path for the upstream
/// @param key a key that the server knows
public record Play(int port, String key, StrictUpstream upstream, String basePath) {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String PROBE = "/api/is-it-open";
    private static final int ANSWERS_MAX = 10;

    /// What is seen when the rule's bytes are sent at once.
    public String seen(Rule rule) throws IOException {
        return seen(rule, Integer.MAX_VALUE);
    }

    /// What is seen when the rule's bytes are sent in pieces.
    ///
    /// @param pieceBytes the longest piece
    public String seen(Rule rule, int pieceBytes) throws IOException {
        upstream.take();
        List<Answer> answers = new ArrayList<>();
        boolean silent = false;
        try (RawConnection connection = new RawConnection(port)) {
            byte[] bytes = rule.sent(key);
            for (int at = 0; at < bytes.length; at += pieceBytes) {
                connection.send(bytes, at, Math.min(pieceBytes, bytes.length - at));
                if (bytes.length - at <= pieceBytes) {
                    break;
                }
            }
            if (!rule.leaves()) {
                silent = read(connection, rule, rule.answers(), answers);
                connection.send(probe());
                silent |= read(connection, rule, ANSWERS_MAX, answers);
            }
        }
        return describe(rule, answers, silent);
    }

    private byte[] probe() {
        return ("GET " + PROBE + " HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + key + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Reads up to so many final responses; returns whether the server was silent for too long.
    private static boolean read(RawConnection connection, Rule rule, int finalAnswers, List<Answer> answers)
            throws IOException {
        int read = 0;
        while (read < finalAnswers) {
            try {
                Optional<Answer> answer = connection.read(rule.toHead() && answers.isEmpty(), PATIENCE);
                if (answer.isEmpty()) {
                    return false;
                }
                answers.add(answer.get());
                read += answer.get().status() >= 200 ? 1 : 0;
            } catch (SocketTimeoutException silent) {
                return true;
            }
        }
        return false;
    }

    private String describe(Rule rule, List<Answer> answers, boolean silent) {
        List<UpstreamRequest> reached = new ArrayList<>(upstream.take());
        boolean open = reached.removeIf(request -> request.target().equals(basePath + PROBE));
        StringBuilder text = new StringBuilder();
        int shown = open ? answers.size() - 1 : answers.size();
        for (Answer answer : answers.subList(0, shown)) {
            text.append(answer.status()).append(answer.whole() ? "" : " (cut)").append(' ');
        }
        if (!rule.leaves()) {
            text.append(open ? "open" : silent ? "silent" : "closed");
        }
        for (UpstreamRequest request : reached) {
            text.append(", ").append(describe(rule, request));
        }
        return text.toString();
    }

    private String describe(Rule rule, UpstreamRequest request) {
        String target = request.target().startsWith(basePath)
                ? request.target().substring(basePath.length())
                : request.target();
        String fields = rule.fields().stream()
                .flatMap(name -> request.values(name).stream().map(value -> " [" + name + ": " + value + "]"))
                .collect(Collectors.joining());
        String body = request.body().isEmpty() ? "" : " \"" + request.body() + "\"";
        return request.method() + " " + target + fields + body;
    }
}
