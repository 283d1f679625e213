package dev.tollgate.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpOptionsTest {

    @Test
    void runsUntilStoppedUnlessToldForHowLong() {
        assertThat(parse()).isEqualTo(new UpOptions(Optional.empty(), false, true));
        assertThat(parse("--for", "90s", "--fresh", "--no-traffic"))
                .isEqualTo(new UpOptions(Optional.of(Duration.ofSeconds(90)), true, false));
        assertThat(parse("--for", "5m").runFor()).contains(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--for", "--for soon", "--for 60", "--for -1s", "--forever", "now"})
    void saysWhatIsWrong(String line) {
        assertThatThrownBy(() -> UpOptions.parse(line.split(" ", -1)))
                .isInstanceOf(UpOptions.UsageException.class)
                .hasMessageMatching(".*(--for|unknown option).*");
    }

    private static UpOptions parse(String... arguments) {
        return UpOptions.parse(arguments);
    }
}
