package dev.tollgate.schema.access.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ApiKeyTest {

    private static final String KEY = "tg_AbCdEf012345_0123456789abcdefghijABCDEFGHIJ01";

    @Test
    void aGeneratedKeyProvesItselfAndNoOther() {
        ApiKey.Presented key = ApiKey.generate(new Random(1));
        ApiKey.Presented other = ApiKey.generate(new Random(2));
        assertThat(ApiKey.parse(key.text())).contains(key);
        assertThat(key.matches(key.hash())).isTrue();
        assertThat(other.matches(key.hash())).isFalse();
        assertThat(key.hash()).hasSize(32);
    }

    @Test
    void acceptsOnlyTheExactForm() {
        assertThat(ApiKey.parse(KEY)).isPresent();
        assertThat(ApiKey.parse("")).isEmpty();
        assertThat(ApiKey.parse(KEY + "a")).isEmpty();
        assertThat(ApiKey.parse(KEY.substring(1))).isEmpty();
        assertThat(ApiKey.parse(" " + KEY.substring(1))).isEmpty();
        assertThat(ApiKey.parse(KEY.replace("5_", "5-"))).isEmpty();
        assertThat(ApiKey.parse(KEY.replace('A', 'Ä'))).isEmpty();
    }

    @Test
    void neverPrintsItsSecret() {
        ApiKey.Presented key = ApiKey.parse(KEY).orElseThrow();
        assertThat(key.toString()).isEqualTo("tg_AbCdEf012345_[redacted]");
    }
}
