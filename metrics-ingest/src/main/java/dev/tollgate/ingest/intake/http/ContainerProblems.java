package dev.tollgate.ingest.intake.http;

import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Answers in the container's place, which knows no problems: a request that broke off or was too slow in its body ends
/// here, whatever its handler has answered.
@RestController
public final class ContainerProblems implements ErrorController {

    @RequestMapping("${server.error.path:${error.path:/error}}")
    ResponseEntity<byte[]> answer(HttpServletRequest request) {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer known && known >= 400
                ? known
                : HttpStatus.NOT_FOUND.value();
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        return ResponseEntity.status(status)
                .contentType(MediaType.parseMediaType(Problem.CONTENT_TYPE))
                .body(problem(status)
                        .at(path == null ? request.getRequestURI() : path.toString())
                        .toJson());
    }

    private static Problem problem(int status) {
        for (ProblemType type : new ProblemType[] {
            ProblemType.BAD_REQUEST,
            ProblemType.NOT_FOUND,
            ProblemType.REQUEST_TIMEOUT,
            ProblemType.BODY_TOO_LARGE,
            ProblemType.INTERNAL_ERROR
        }) {
            if (type.status() == status) {
                return Problem.of(type, null);
            }
        }
        HttpStatus known = HttpStatus.resolve(status);
        return new Problem(
                "about:blank", known == null ? "Error" : known.getReasonPhrase(), status, null, null, Map.of());
    }
}
