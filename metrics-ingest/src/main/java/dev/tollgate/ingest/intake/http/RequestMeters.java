package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.metrics.IntakeMeters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Counts the intake's requests by the status that the client gets, whoever made the answer.
public final class RequestMeters implements WebMvcConfigurer, HandlerInterceptor {

    private final IntakeMeters meters;

    public RequestMeters(IntakeMeters meters) {
        this.meters = meters;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/v1/**");
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception unhandled) {
        meters.request(response.getStatus());
    }
}
