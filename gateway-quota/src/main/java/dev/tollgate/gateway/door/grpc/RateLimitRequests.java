package dev.tollgate.gateway.door.grpc;

import dev.tollgate.gateway.door.DoorCaller;
import dev.tollgate.gateway.door.DoorQuestion;
import dev.tollgate.gateway.door.DoorReading;
import dev.tollgate.gateway.door.DoorSettings;
import dev.tollgate.gateway.proxy.Credentials;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Reads Envoy's questions. The entries of all descriptors of a question together describe one request: its limits are
/// those of its tenant's plan, not of a descriptor.
final class RateLimitRequests {

    static final int DESCRIPTORS_MAX = 16;
    static final int ENTRIES_MAX = 64;

    private static final String API_KEY = "api_key";
    private static final String AUTHORIZATION = "authorization";
    private static final String TENANT_ID = "tenant_id";
    private static final String METHOD = "method";
    private static final String PATH = "path";

    private final DoorSettings settings;

    RateLimitRequests(DoorSettings settings) {
        this.settings = settings;
    }

    DoorReading read(RateLimitRequest request, BooleanSupplier isGone) {
        if (!request.getDomain().equals(settings.domain())) {
            return bad("the domain must be " + settings.domain() + " but is " + request.getDomain());
        }
        List<RateLimitDescriptor> descriptors = request.getDescriptorsList();
        if (descriptors.isEmpty() || descriptors.size() > DESCRIPTORS_MAX) {
            return bad("there must be 1 to " + DESCRIPTORS_MAX + " descriptors");
        }
        Map<String, String> entries = new HashMap<>();
        long hits = 0;
        for (RateLimitDescriptor descriptor : descriptors) {
            if (!descriptor.getUnknownFields().asMap().isEmpty()) {
                return bad("a descriptor has a field that is not known here");
            }
            if (descriptor.getEntriesCount() > ENTRIES_MAX) {
                return bad("a descriptor must have at most " + ENTRIES_MAX + " entries");
            }
            for (RateLimitDescriptor.Entry entry : descriptor.getEntriesList()) {
                String former = entries.put(entry.getKey(), entry.getValue());
                if (former != null && !former.equals(entry.getValue())) {
                    return bad("the entry " + entry.getKey() + " has two values");
                }
            }
            hits = Math.max(hits, hits(request, descriptor));
        }
        return hits > DoorQuestion.HITS_MAX
                ? bad("hits_addend must be at most " + DoorQuestion.HITS_MAX)
                : read(entries, hits, isGone);
    }

    /// A descriptor's number goes before the request's. 0 stands for 1: a question is always about a request.
    private static long hits(RateLimitRequest request, RateLimitDescriptor descriptor) {
        long hits = descriptor.hasHitsAddend()
                ? descriptor.getHitsAddend().getValue()
                : Integer.toUnsignedLong(request.getHitsAddend());
        if (hits < 0) {
            return Long.MAX_VALUE;
        }
        return Math.max(1, hits);
    }

    private DoorReading read(Map<String, String> entries, long hits, BooleanSupplier isGone) {
        String method = entries.get(METHOD);
        String path = entries.get(PATH);
        if (method == null || path == null) {
            return bad("the entries method and path are needed");
        }
        String tenantId = entries.get(TENANT_ID);
        if (tenantId != null && !settings.tenantIdsTrusted()) {
            return bad("the entry tenant_id is not trusted");
        }
        DoorCaller caller = tenantId == null ? caller(entries) : new DoorCaller.Named(tenantId);
        return DoorReading.of(caller, method, path, hits, isGone);
    }

    private static DoorCaller caller(Map<String, String> entries) {
        Optional<Credentials> credentials =
                Credentials.of(listOf(entries.get(API_KEY)), listOf(entries.get(AUTHORIZATION)));
        return credentials.<DoorCaller>map(DoorCaller.Presented::new).orElseGet(DoorCaller.Nobody::new);
    }

    private static List<String> listOf(@Nullable String value) {
        return value == null ? List.of() : List.of(value);
    }

    private static DoorReading bad(String reason) {
        return new DoorReading.BadQuestion(reason);
    }
}
