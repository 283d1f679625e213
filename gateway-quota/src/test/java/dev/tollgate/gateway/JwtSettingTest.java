package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tollgate.gateway.token.TokenAlgorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class JwtSettingTest {

    private static final String PREFIX = "tollgate.gateway.jwt.";
    private static final Map<String, String> GOOD = Map.of(
            PREFIX + "issuer", "https://issuer.example",
            PREFIX + "audience", "api,other",
            PREFIX + "jwks-uri", "https://issuer.example/keys");

    private static JwtSetting bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("tollgate.gateway", Bindable.of(GatewayProperties.class))
                .jwt();
    }

    private static String refusal(Map<String, String> settings) {
        Throwable refusal = catchThrowable(() -> bind(settings));
        assertThat(refusal).isNotNull();
        while (refusal.getCause() != null) {
            refusal = refusal.getCause();
        }
        return String.valueOf(refusal.getMessage());
    }

    @Test
    void tokensAreOffUntilAnIssuerIsSet() {
        assertThat(bind(Map.of()).isOn()).isFalse();
        JwtSetting jwt = bind(GOOD);
        assertThat(jwt.isOn()).isTrue();
        assertThat(jwt.passOn()).isTrue();
        assertThat(jwt.rules().audiences()).containsExactlyInAnyOrder("api", "other");
        assertThat(jwt.rules().algorithms()).isEqualTo(TokenAlgorithm.USUAL);
        assertThat(jwt.rules().tenantClaim()).isEqualTo("tenant_id");
        assertThat(jwt.rules().userClaim()).isEqualTo("sub");
        assertThat(jwt.rules().clockSkew()).isEqualTo(Duration.ofSeconds(30));
        Map<String, String> one = new HashMap<>(GOOD);
        one.put(PREFIX + "algorithms", "ES384");
        assertThat(bind(one).rules().algorithms()).isEqualTo(Set.of(TokenAlgorithm.ES384));
    }

    @ParameterizedTest
    @CsvSource({
        "issuer, ''",
        "audience, ''",
        "algorithms, HS256",
        "algorithms, none",
        "jwks-uri, file:///etc/keys",
        "jwks-uri, ftp://issuer.example/keys",
        "jwks-uri, https://user:secret@issuer.example/keys",
        "jwks-uri, /keys",
        "tenant-claim, ''",
        "user-claim, ''",
        "clock-skew, -1s",
        "clock-skew, 10m",
        "keys-refresh, 10ms",
        "keys-kept, 1m"
    })
    void aWrongSettingStopsTheStartAndIsNamed(String setting, String value) {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.put(PREFIX + setting, value);
        assertThat(refusal(settings)).startsWith(PREFIX + setting).doesNotContain("secret@");
    }

    @Test
    void keysComeFromOnePlace(@TempDir Path folder) {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.put(PREFIX + "jwks-file", folder.resolve("keys.json").toString());
        assertThat(refusal(settings)).contains("jwks-uri or jwks-file");
        settings.remove(PREFIX + "jwks-uri");
        assertThat(refusal(settings)).contains(PREFIX + "jwks-file is no file that can be read");
        settings.remove(PREFIX + "jwks-file");
        assertThat(refusal(settings)).contains("jwks-uri or jwks-file must be set");
    }
}
