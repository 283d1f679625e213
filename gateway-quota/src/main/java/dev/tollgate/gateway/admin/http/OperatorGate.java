package dev.tollgate.gateway.admin.http;

import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.web.OperatorAccess;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

/// Stands before every resource but the description of the API: operators read and write, auditors read.
public final class OperatorGate implements HandlerInterceptor {

    static final String OPEN = "/openapi.yaml";

    private static final String OPERATOR = OperatorGate.class.getName();

    private final OperatorAccess access;

    public OperatorGate(OperatorAccess access) {
        this.access = access;
    }

    static Operator operatorOf(HttpServletRequest request) {
        if (request.getAttribute(OPERATOR) instanceof Operator operator) {
            return operator;
        }
        throw new IllegalStateException(request.getRequestURI() + " was reached without an operator");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getRequestURI().equals(OPEN)) {
            return true;
        }
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        Operator operator = reads
                ? access.require(authorization, Role.OPERATOR, Role.AUDITOR)
                : access.require(authorization, Role.OPERATOR);
        request.setAttribute(OPERATOR, operator);
        return true;
    }
}
