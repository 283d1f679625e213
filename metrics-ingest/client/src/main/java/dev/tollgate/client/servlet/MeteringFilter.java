package dev.tollgate.client.servlet;

import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.UsageEvent;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Makes one event per request of a servlet application, as the gateway does for those behind it: method, path without
/// query, route, status, duration, bytes of both bodies. A request that ends in an exception counts as 500, one whose
/// client went away while it was answered as 499, an asynchronous one when it completes. It belongs before all filters
/// that write; it is for dispatches of type REQUEST only. It never waits and never fails a request.
public final class MeteringFilter implements Filter {

    private static final System.Logger LOG = System.getLogger(MeteringFilter.class.getName());
    private static final int ENDPOINT_CHARS_MAX = 2_048;
    private static final int ROUTE_CHARS_MAX = 128;
    private static final int CLIENT_WENT_AWAY = 499;

    /// Where Spring MVC leaves the pattern that matched.
    private static final String SPRING_PATTERN = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

    private final TollgateClient client;
    private final Function<HttpServletRequest, @Nullable String> tenantOf;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /// @param tenantOf the tenant of a request, asked after it was handled; null for one that is not to be metered
    public MeteringFilter(TollgateClient client, Function<HttpServletRequest, @Nullable String> tenantOf) {
        this(client, tenantOf, InstantSource.system(), System::nanoTime);
    }

    MeteringFilter(
            TollgateClient client,
            Function<HttpServletRequest, @Nullable String> tenantOf,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.client = client;
        this.tenantOf = tenantOf;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
            return;
        }
        CountingRequest counted = new CountingRequest(http);
        CountingResponse counting = new CountingResponse(answer);
        long startNanos = nanoTime.getAsLong();
        boolean failed = true;
        try {
            chain.doFilter(counted, counting);
            failed = false;
        } finally {
            meter(new Measured(http, counted, counting, startNanos), failed);
        }
    }

    private static void meter(Measured measured, boolean failed) {
        if (!failed && measured.http.isAsyncStarted()) {
            try {
                measured.http.getAsyncContext().addListener(new OnCompletion(measured));
                return;
            } catch (IllegalStateException completed) {
                LOG.log(System.Logger.Level.DEBUG, "{0} completed meanwhile", measured.endpoint);
            }
        }
        measured.record(failed);
    }

    private @Nullable String tenantOf(HttpServletRequest http) {
        try {
            return tenantOf.apply(http);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the tenant of a request cannot be told; it is not metered", e);
            return null;
        }
    }

    /// One request; what the container takes back after it is read at once.
    private final class Measured {
        private final HttpServletRequest http;
        private final @Nullable String tenantId;
        private final String endpoint;
        private final String method;
        private final @Nullable String route;
        private final CountingRequest request;
        private final CountingResponse response;
        private final long startNanos;
        private final AtomicBoolean recorded = new AtomicBoolean();

        Measured(HttpServletRequest http, CountingRequest request, CountingResponse response, long startNanos) {
            this.http = http;
            this.tenantId = tenantOf(http);
            this.endpoint = cut(http.getRequestURI(), ENDPOINT_CHARS_MAX);
            this.method = http.getMethod();
            Object pattern = http.getAttribute(SPRING_PATTERN);
            this.route = pattern == null ? null : cut(pattern.toString(), ROUTE_CHARS_MAX);
            this.request = request;
            this.response = response;
            this.startNanos = startNanos;
        }

        void record(boolean failed) {
            if (tenantId == null || !recorded.compareAndSet(false, true)) {
                return;
            }
            int status = response.clientWentAway() ? CLIENT_WENT_AWAY : failed ? 500 : response.getStatus();
            client.record(
                    tenantId,
                    new UsageEvent(
                            UsageEvent.Type.API_REQUEST,
                            clock.instant(),
                            null,
                            endpoint,
                            method,
                            route,
                            TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos),
                            0,
                            status,
                            response.bytes(),
                            request.bytes(),
                            null,
                            null));
        }
    }

    private static String cut(String text, int charsMax) {
        return text.length() <= charsMax ? text : text.substring(0, charsMax);
    }

    /// Records when the container has completed an asynchronous request, once, however it ended.
    private static final class OnCompletion implements AsyncListener {
        private final Measured measured;
        private volatile boolean failed;

        OnCompletion(Measured measured) {
            this.measured = measured;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            measured.record(failed);
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // What the application or the container answers to it decides.
        }

        @Override
        public void onError(AsyncEvent event) {
            failed = true;
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
