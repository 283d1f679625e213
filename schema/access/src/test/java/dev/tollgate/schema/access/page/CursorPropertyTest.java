package dev.tollgate.schema.access.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class CursorPropertyTest {

    @Property(tries = 300)
    void readsBackItsParts(
            @ForAll @Size(min = 1, max = Cursor.PARTS_MAX)
                    List<@AlphaChars @Chars({'|', ' ', 'é', '日', '\u0000'}) @StringLength(max = 20) String> parts) {
        Cursor cursor = new Cursor(parts);
        assertThat(Cursor.parse(cursor.text())).contains(cursor);
        assertThat(Cursor.parse(cursor.text(), parts.size())).contains(cursor);
        assertThat(Cursor.parse(cursor.text(), parts.size() + 1)).isEmpty();
        assertThat(cursor.text()).matches("[A-Za-z0-9_-]+");
    }

    @Property(tries = 1_000)
    void acceptsNothingThatItDidNotWrite(
            @ForAll @AlphaChars @NumericChars @Chars({'-', '_', '=', '+', '/', '%'}) @StringLength(max = 40)
                    String text) {
        Cursor.parse(text).ifPresent(cursor -> assertThat(cursor.text()).isEqualTo(text));
    }

    @Example
    void refusesWhatIsTooLongOrEmpty() {
        assertThat(Cursor.parse("")).isEmpty();
        assertThat(Cursor.parse("A".repeat(Cursor.TEXT_CHARS_MAX + 1))).isEmpty();
        assertThatThrownBy(Cursor::of).isInstanceOf(IllegalArgumentException.class);
        Cursor tooLong = Cursor.of("x".repeat(1_000));
        assertThatThrownBy(tooLong::text).isInstanceOf(IllegalArgumentException.class);
    }
}
