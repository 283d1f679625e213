package dev.tollgate.gateway.door.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.tollgate.gateway.door.CheckStyle;
import dev.tollgate.gateway.door.DoorCaller;
import dev.tollgate.gateway.door.DoorQuestion;
import dev.tollgate.gateway.door.DoorReading;
import dev.tollgate.gateway.door.DoorSettings;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is understood of Envoy's questions.
class RateLimitRequestsTest {

    private static final RateLimitDescriptor KEY = RateLimitClient.descriptor(Map.of("api_key", "tg_x"));
    private static final RateLimitDescriptor GET =
            RateLimitClient.descriptor(Map.of("method", "GET", "path", "/things/1?x=y"));

    private static DoorReading read(RateLimitRequest request) {
        return requests(false).read(request, () -> false);
    }

    private static RateLimitRequests requests(boolean tenantIdsTrusted) {
        return new RateLimitRequests(
                new DoorSettings(CheckStyle.AUTH_REQUEST, "tollgate", tenantIdsTrusted, 10, true, true));
    }

    private static DoorQuestion question(DoorReading reading) {
        assertThat(reading).isInstanceOf(DoorReading.Asked.class);
        return ((DoorReading.Asked) reading).question();
    }

    private static void isBad(RateLimitRequest request, String reason) {
        assertThat(read(request))
                .isInstanceOfSatisfying(
                        DoorReading.BadQuestion.class,
                        bad -> assertThat(bad.reason()).contains(reason));
    }

    @Test
    void allDescriptorsTogetherDescribeOneRequest() {
        DoorQuestion question = question(read(RateLimitClient.request(KEY, GET)));
        assertThat(question.method()).isEqualTo("GET");
        assertThat(question.path()).isEqualTo("/things/1");
        assertThat(question.hits()).isEqualTo(1);
        assertThat(question.caller())
                .isInstanceOfSatisfying(
                        DoorCaller.Presented.class,
                        caller -> assertThat(caller.credentials().key()).isEqualTo("tg_x"));
        isBad(
                RateLimitClient.request(KEY, GET, RateLimitClient.descriptor(Map.of("api_key", "tg_y"))),
                "the entry api_key has two values");
    }

    @Test
    void aDescriptorsHitsGoFirstAndTheLargestCounts() {
        RateLimitRequest five =
                RateLimitClient.request(KEY, GET).toBuilder().setHitsAddend(5).build();
        assertThat(question(read(five)).hits()).isEqualTo(5);
        assertThat(question(read(RateLimitClient.request(RateLimitClient.withHits(KEY, 7), GET)))
                        .hits())
                .isEqualTo(7);
        assertThat(question(read(RateLimitClient.request(KEY, RateLimitClient.withHits(GET, 0))))
                        .hits())
                .isEqualTo(1);
        isBad(RateLimitClient.request(KEY, RateLimitClient.withHits(GET, 1_000_001)), "hits_addend");
        isBad(RateLimitClient.request(KEY, RateLimitClient.withHits(GET, -1)), "hits_addend");
        isBad(five.toBuilder().setHitsAddend(-1).build(), "hits_addend");
    }

    @Test
    void whatIsNotUnderstoodIsNotGuessed() {
        isBad(RateLimitClient.request(KEY, GET).toBuilder().setDomain("other").build(), "domain");
        isBad(RateLimitClient.request(), "descriptors");
        isBad(RateLimitClient.request(KEY), "method and path");
        isBad(
                RateLimitClient.request(GET, RateLimitClient.descriptor(Map.of("tenant_id", "acme"))),
                "tenant_id is not trusted");
        UnknownFieldSet refund = UnknownFieldSet.newBuilder()
                .addField(4, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        isBad(RateLimitClient.request(KEY.toBuilder().setUnknownFields(refund).build(), GET), "not known");
    }

    @Test
    void aTenantMayBeNamedWhereThatIsTrusted() {
        RateLimitRequest request =
                RateLimitClient.request(GET, RateLimitClient.descriptor(Map.of("tenant_id", "acme")));
        assertThat(question(requests(true).read(request, () -> false)).caller())
                .isEqualTo(new DoorCaller.Named("acme"));
    }

    @Test
    void aTargetThatReadersUnderstandDifferentlyIsRefused() {
        RateLimitRequest request = RateLimitClient.request(
                KEY, RateLimitClient.descriptor(Map.of("method", "GET", "path", "/things/%2e%2e/admin")));
        assertThat(read(request)).isInstanceOf(DoorReading.BadRequest.class);
    }
}
