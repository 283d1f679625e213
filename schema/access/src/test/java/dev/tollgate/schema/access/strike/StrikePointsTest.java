package dev.tollgate.schema.access.strike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StrikePointsTest {

    private final AtomicInteger strikes = new AtomicInteger();

    @Test
    void strikesOnTheNamedPassOnlyAndOnce() {
        StrikePoints points = StrikePoints.parse("ingest.before-commit=3, gateway.after-ack", strikes::incrementAndGet);
        points.pass(StrikePoints.INGEST_BEFORE_COMMIT);
        points.pass(StrikePoints.INGEST_BEFORE_COMMIT);
        points.pass(StrikePoints.INGEST_DURING_COPY);
        assertThat(strikes).hasValue(0);
        points.pass(StrikePoints.INGEST_BEFORE_COMMIT);
        assertThat(strikes).hasValue(1);
        points.pass(StrikePoints.INGEST_BEFORE_COMMIT);
        assertThat(strikes).hasValue(1);
        points.pass(StrikePoints.GATEWAY_AFTER_ACK);
        assertThat(strikes).hasValue(2);
    }

    @Test
    void isInertUnlessArmed() {
        assertThat(StrikePoints.fromEnvironment(Map.of())).isSameAs(StrikePoints.inert());
        assertThat(StrikePoints.fromEnvironment(Map.of("TOLLGATE_STRIKE", " "))).isSameAs(StrikePoints.inert());
        StrikePoints.NAMES.forEach(StrikePoints.inert()::pass);
    }

    @Test
    void refusesWhatItCannotArm() {
        for (String armed : new String[] {"nowhere=1", "gateway.after-ack=0", "gateway.after-ack=x", ","}) {
            assertThatThrownBy(() -> StrikePoints.parse(armed, strikes::incrementAndGet))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("TOLLGATE_STRIKE");
        }
    }
}
