package dev.tollgate.schema.access.web;

import dev.tollgate.schema.access.key.KeysUnavailableException;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.util.DisconnectedClientHelper;

/// Turns whatever ends a request early into an RFC 9457 problem.
@RestControllerAdvice
public final class Problems {

    private static final String RETRY_AFTER_SECONDS = "5";
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ResponseEntity<byte[]> on(ProblemException ended, HttpServletRequest request) {
        LOG.info("{} {}: {}", request.getMethod(), request.getRequestURI(), ended.getMessage());
        return answer(ended.problem(), HttpHeaders.EMPTY, request);
    }

    @ExceptionHandler({SQLException.class, KeysUnavailableException.class})
    ResponseEntity<byte[]> onDatabase(Exception fault, HttpServletRequest request) {
        LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), fault);
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return answer(Problem.of(ProblemType.UNAVAILABLE, "the database does not answer"), headers, request);
    }

    /// The server decodes parameters when they are first asked for.
    @ExceptionHandler
    ResponseEntity<byte[]> on(InvalidParameterException undecodable, HttpServletRequest request) {
        LOG.info("{} {}: {}", request.getMethod(), request.getRequestURI(), undecodable.getMessage());
        Problem problem =
                Problem.of(ProblemType.BAD_REQUEST, "the parameters are too many, or one is not percent-encoded UTF-8");
        return answer(problem, HttpHeaders.EMPTY, request);
    }

    /// Spring's own refusals carry a status; anything else is a fault of this service. Nobody is answered when the
    /// client is gone.
    @ExceptionHandler
    @Nullable
    ResponseEntity<byte[]> on(Exception fault, HttpServletRequest request) {
        if (DisconnectedClientHelper.isClientDisconnectedException(fault)) {
            LOG.info(
                    "{} {}: the client went away: {}",
                    request.getMethod(),
                    request.getRequestURI(),
                    fault.getMessage());
            return null;
        }
        if (fault instanceof ErrorResponse refused && refused.getStatusCode().is4xxClientError()) {
            LOG.info("{} {}: {}", request.getMethod(), request.getRequestURI(), fault.getMessage());
            return answer(refusal(refused), refused.getHeaders(), request);
        }
        LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), fault);
        return answer(Problem.of(ProblemType.INTERNAL_ERROR, null), HttpHeaders.EMPTY, request);
    }

    private static Problem refusal(ErrorResponse refused) {
        HttpStatusCode status = refused.getStatusCode();
        String detail = refused.getBody().getDetail();
        for (ProblemType type : new ProblemType[] {
            ProblemType.NOT_FOUND,
            ProblemType.METHOD_NOT_ALLOWED,
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            ProblemType.BODY_TOO_LARGE,
            ProblemType.BAD_REQUEST
        }) {
            if (type.status() == status.value()) {
                return Problem.of(type, detail);
            }
        }
        HttpStatus known = HttpStatus.resolve(status.value());
        Problem general = Problem.of(ProblemType.BAD_REQUEST, detail);
        String title = known == null ? general.title() : known.getReasonPhrase();
        return new Problem("about:blank", title, status.value(), detail, null, general.extensions());
    }

    private static ResponseEntity<byte[]> answer(Problem problem, HttpHeaders headers, HttpServletRequest request) {
        HttpHeaders all = new HttpHeaders(headers);
        all.setContentType(MediaType.parseMediaType(Problem.CONTENT_TYPE));
        if (problem.status() == HttpStatus.UNAUTHORIZED.value()) {
            all.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return ResponseEntity.status(problem.status())
                .headers(all)
                .body(problem.at(request.getRequestURI()).toJson());
    }
}
