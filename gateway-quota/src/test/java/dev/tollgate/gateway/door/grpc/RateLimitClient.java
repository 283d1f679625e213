package dev.tollgate.gateway.door.grpc;

import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Asks as Envoy does: messages and stub are generated from the published definitions.
public final class RateLimitClient implements AutoCloseable {

    private final ManagedChannel channel;

    public RateLimitClient(int port) {
        this.channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    public RateLimitResponse ask(RateLimitRequest request) {
        return RateLimitServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .shouldRateLimit(request);
    }

    public static RateLimitRequest request(RateLimitDescriptor... descriptors) {
        RateLimitRequest.Builder request = RateLimitRequest.newBuilder().setDomain("tollgate");
        for (RateLimitDescriptor descriptor : descriptors) {
            request.addDescriptors(descriptor);
        }
        return request.build();
    }

    public static RateLimitDescriptor descriptor(Map<String, String> entries) {
        RateLimitDescriptor.Builder descriptor = RateLimitDescriptor.newBuilder();
        entries.forEach((key, value) -> descriptor.addEntries(
                RateLimitDescriptor.Entry.newBuilder().setKey(key).setValue(value)));
        return descriptor.build();
    }

    public static RateLimitDescriptor withHits(RateLimitDescriptor descriptor, long hits) {
        return descriptor.toBuilder().setHitsAddend(UInt64Value.of(hits)).build();
    }

    public static Optional<String> responseHeader(RateLimitResponse response, String name) {
        return response.getResponseHeadersToAddList().stream()
                .filter(header -> header.getKey().equals(name))
                .map(HeaderValue::getValue)
                .findFirst();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
