package dev.tollgate.gateway.door.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.door.DoorFields;
import dev.tollgate.gateway.door.DoorVerdict;
import dev.tollgate.gateway.proxy.RateLimitHeaders;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.schema.access.problem.Problem;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit;
import java.util.Locale;

/// Writes the answers for Envoy. Whatever refuses a request is OVER_LIMIT, since Envoy lets requests pass when its
/// question fails; the status that the refusal really has is told in a field.
final class RateLimitResponses {

    /// The largest number of the protocol's 32 bit fields.
    private static final long UINT32_MAX = 0xffff_ffffL;

    private static final long MINUTE_SECONDS = 60;
    private static final long HOUR_SECONDS = 3_600;
    private static final long DAY_SECONDS = 86_400;

    private final DoorFields fields;

    RateLimitResponses(DoorFields fields) {
        this.fields = fields;
    }

    /// @param descriptors how many the question had; each has the same status
    RateLimitResponse allowed(DoorVerdict.Allowed allowed, int descriptors) {
        QuotaState closest = allowed.closest();
        RateLimitResponse.Builder response = RateLimitResponse.newBuilder().setOverallCode(Code.OK);
        statuses(response, descriptors, status(Code.OK, closest, closest.remaining(), seconds(closest)));
        fields.of(allowed).forEach((name, value) -> response.addResponseHeadersToAdd(header(name, value)));
        response.addRequestHeadersToAdd(
                header(DoorFields.TENANT_ID, allowed.tenant().tenantId()));
        if (allowed.eventId() != null) {
            response.addResponseHeadersToAdd(
                    header(DoorFields.REQUEST_ID, allowed.eventId().toString()));
        }
        return response.build();
    }

    RateLimitResponse refused(Refused refused, int descriptors, String path) {
        Refused.Spent spent = refused.spent();
        RateLimitResponse.Builder response = RateLimitResponse.newBuilder().setOverallCode(Code.OVER_LIMIT);
        statuses(
                response,
                descriptors,
                spent == null
                        ? DescriptorStatus.newBuilder().setCode(Code.OVER_LIMIT).build()
                        : status(Code.OVER_LIMIT, spent.state(), 0, spent.retrySeconds()));
        response.addResponseHeadersToAdd(
                header(DoorFields.STATUS, Integer.toString(refused.answer().status())));
        fields.of(refused).forEach((name, value) -> response.addResponseHeadersToAdd(header(name, value)));
        response.addResponseHeadersToAdd(header("Content-Type", Problem.CONTENT_TYPE));
        return response.setRawBody(
                        ByteString.copyFrom(refused.answer().problem().at(path).toJson()))
                .build();
    }

    private static void statuses(RateLimitResponse.Builder response, int descriptors, DescriptorStatus status) {
        for (int i = 0; i < descriptors; i++) {
            response.addStatuses(status);
        }
    }

    private static DescriptorStatus status(Code code, QuotaState state, long remaining, long resetSeconds) {
        DescriptorStatus.Builder status = DescriptorStatus.newBuilder().setCode(code);
        if (!RateLimitHeaders.isLimited(state)) {
            return status.build();
        }
        return status.setCurrentLimit(RateLimit.newBuilder()
                        .setName(state.quota())
                        .setRequestsPerUnit(uint32(state.limit()))
                        .setUnit(unit(state.windowSeconds())))
                .setLimitRemaining(uint32(remaining))
                .setDurationUntilReset(Duration.newBuilder().setSeconds(resetSeconds))
                .build();
    }

    private static long seconds(QuotaState state) {
        return RateLimitHeaders.seconds(state.resetsIn());
    }

    private static RateLimit.Unit unit(long windowSeconds) {
        if (windowSeconds <= MINUTE_SECONDS) {
            return RateLimit.Unit.MINUTE;
        }
        if (windowSeconds <= HOUR_SECONDS) {
            return RateLimit.Unit.HOUR;
        }
        return windowSeconds <= DAY_SECONDS ? RateLimit.Unit.DAY : RateLimit.Unit.MONTH;
    }

    /// The bits of an unsigned number, the largest one for what is larger.
    private static int uint32(long value) {
        return (int) Math.min(value, UINT32_MAX);
    }

    /// Names in lower case, as HTTP/2 wants them.
    private static HeaderValue header(String name, String value) {
        return HeaderValue.newBuilder()
                .setKey(name.toLowerCase(Locale.ROOT))
                .setValue(value)
                .build();
    }
}
