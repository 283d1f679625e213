package dev.tollgate.gateway.door.grpc;

import com.google.protobuf.Descriptors;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RlsProto;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;

/// `ShouldRateLimit`, the only method of the service, by the names in its published definition.
final class RateLimitMethod {

    private static final Descriptors.ServiceDescriptor SERVICE =
            RlsProto.getDescriptor().findServiceByName("RateLimitService");

    private static final MethodDescriptor<RateLimitRequest, RateLimitResponse> METHOD =
            MethodDescriptor.<RateLimitRequest, RateLimitResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(MethodDescriptor.generateFullMethodName(
                            SERVICE.getFullName(),
                            SERVICE.findMethodByName("ShouldRateLimit").getName()))
                    .setRequestMarshaller(ProtoUtils.marshaller(RateLimitRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(RateLimitResponse.getDefaultInstance()))
                    .build();

    private RateLimitMethod() {}

    static ServerServiceDefinition service(
            ServerCalls.UnaryMethod<RateLimitRequest, RateLimitResponse> implementation) {
        return ServerServiceDefinition.builder(SERVICE.getFullName())
                .addMethod(METHOD, ServerCalls.asyncUnaryCall(implementation))
                .build();
    }
}
