package dev.tollgate.gateway.management.vertx;

import dev.tollgate.gateway.journal.SourcesUnavailableException;
import dev.tollgate.schema.access.key.OperatorKeysUnavailableException;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/v1/sources` on the management port: takes requests in on the event loop and has `SourcesDoor` answer them on a
/// thread of its own, since they wait for the database.
public final class SourcesApi {

    static final String ROOT = "/v1/sources";

    /// Requests that may wait for the thread; more are refused.
    static final int WAITING_MAX = 16;

    static final int BODY_BYTES_MAX = 8_192;

    private static final Logger log = LoggerFactory.getLogger(SourcesApi.class);

    private final SourcesDoor door;
    private final WorkerExecutor worker;
    private final AtomicInteger waiting = new AtomicInteger();

    public SourcesApi(Vertx vertx, SourcesDoor door) {
        this.door = door;
        this.worker = vertx.createSharedWorkerExecutor("sources-api", 1);
    }

    static boolean handles(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    void handle(HttpServerRequest request, String path) {
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= BODY_BYTES_MAX) {
                body.appendBuffer(chunk);
            }
            if (body.length() > BODY_BYTES_MAX && !request.response().ended()) {
                Answer.problem(ProblemType.BODY_TOO_LARGE, "at most " + BODY_BYTES_MAX + " bytes", path)
                        .writeTo(request);
            }
        });
        request.endHandler(ended -> {
            if (!request.response().ended()) {
                answer(request, path, body);
            }
        });
    }

    private void answer(HttpServerRequest request, String path, Buffer body) {
        if (waiting.incrementAndGet() > WAITING_MAX) {
            waiting.decrementAndGet();
            Answer.problem(ProblemType.UNAVAILABLE, "too many requests are waiting", path)
                    .writeTo(request);
            return;
        }
        SourcesDoor.Call call = new SourcesDoor.Call(
                request.method().name(),
                path,
                request.params(),
                request.getHeader(HttpHeaders.AUTHORIZATION),
                request.getHeader(HttpHeaders.CONTENT_TYPE),
                body);
        worker.executeBlocking(() -> answerOrFault(call), false).onComplete(answered -> {
            waiting.decrementAndGet();
            Answer answer = answered.succeeded()
                    ? answered.result()
                    : Answer.problem(ProblemType.UNAVAILABLE, "the gateway stops", call.path());
            log.info("{} {}: {}", call.method(), call.path(), answer.status());
            answer.writeTo(request);
        });
    }

    private Answer answerOrFault(SourcesDoor.Call call) {
        try {
            return door.answer(call);
        } catch (SourcesUnavailableException | OperatorKeysUnavailableException away) {
            log.warn("{} {}: {}", call.method(), call.path(), away.toString());
            return Answer.problem(ProblemType.UNAVAILABLE, "the database does not answer", call.path());
        } catch (RuntimeException fault) {
            log.error("{} {} failed", call.method(), call.path(), fault);
            return Answer.problem(ProblemType.INTERNAL_ERROR, "see the gateway's log", call.path());
        }
    }
}
