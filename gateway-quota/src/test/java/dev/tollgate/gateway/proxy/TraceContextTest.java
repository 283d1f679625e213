package dev.tollgate.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

    private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void aTraceThatBeginsHereIsValid() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 100; i++) {
            assertThat(TraceContext.isValid(List.of(TraceContext.begin(random))))
                    .isTrue();
        }
        assertThat(TraceContext.isValid(List.of(VALID))).isTrue();
        assertThat(TraceContext.isValid(List.of("cc" + VALID.substring(2) + "-more")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
                "00.0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void anythingElseIsNotPassedOn(String field) {
        assertThat(TraceContext.isValid(List.of(field))).isFalse();
        assertThat(TraceContext.isValid(List.of(VALID, VALID))).isFalse();
        assertThat(TraceContext.isValid(List.of())).isFalse();
    }
}
