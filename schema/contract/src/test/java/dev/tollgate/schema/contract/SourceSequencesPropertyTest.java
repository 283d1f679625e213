package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.contract.SourceSequences.Acceptance;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SourceSequencesPropertyTest {

    @Property(tries = 500)
    void agreesWithASetOfEverythingSeen(@ForAll @Size(max = 200) List<@IntRange(min = 1, max = 60) Integer> arrivals) {
        SourceSequences sequences = new SourceSequences();
        Set<Long> seen = new HashSet<>();
        for (int arrival : arrivals) {
            boolean isNew = seen.add((long) arrival);
            assertThat(sequences.accept(arrival)).isEqualTo(isNew ? Acceptance.NEW : Acceptance.SEEN);
            sequences = SourceSequences.fromLongs(sequences.toLongs());
        }
        long highest = seen.stream().mapToLong(Long::longValue).max().orElse(0);
        assertThat(sequences.highest()).isEqualTo(highest);
        assertThat(expand(sequences))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, highest)
                        .filter(s -> !seen.contains(s))
                        .boxed()
                        .toList());
        assertThat(sequences.missingCount()).isEqualTo(highest - seen.size());
        assertThat(sequences.isCompleteTo(highest)).isEqualTo(seen.size() == highest);
        assertThat(SourceSequences.of(highest, sequences.missingLongs()).toLongs())
                .isEqualTo(sequences.toLongs());
    }

    @Example
    void refusesWhatWouldNeedOneRangeMoreAndChangesNothing() {
        SourceSequences sequences = new SourceSequences();
        for (long i = 1; i <= SourceSequences.MISSING_RANGES_MAX; i++) {
            assertThat(sequences.accept(i * 10)).isEqualTo(Acceptance.NEW);
        }
        long[] before = sequences.toLongs();
        long highest = sequences.highest();
        assertThat(sequences.accept(highest + 2)).isEqualTo(Acceptance.OVERFLOW);
        assertThat(sequences.accept(5)).isEqualTo(Acceptance.OVERFLOW);
        assertThat(sequences.markSeen(5)).isFalse();
        assertThat(sequences.toLongs()).isEqualTo(before);

        assertThat(sequences.accept(highest + 1)).isEqualTo(Acceptance.NEW);
        assertThat(sequences.accept(1)).isEqualTo(Acceptance.NEW);
        LongStream.rangeClosed(11, 19)
                .forEach(s -> assertThat(sequences.markSeen(s)).isTrue());
        assertThat(sequences.accept(5)).isEqualTo(Acceptance.NEW);
        assertThat(sequences.accept(5)).isEqualTo(Acceptance.SEEN);
    }

    @Example
    void aCopyIsIndependent() {
        SourceSequences sequences = new SourceSequences();
        assertThat(sequences.markSeen(3)).isTrue();
        SourceSequences copy = sequences.copy();
        assertThat(copy.accept(1)).isEqualTo(Acceptance.NEW);
        assertThat(sequences.accept(1)).isEqualTo(Acceptance.NEW);
        assertThat(sequences.missing()).containsExactly(new SourceSequences.Range(2, 2));
    }

    @Example
    void refusesStateThatNoSourceCanHave() {
        for (long[] state :
                new long[][] {{}, {-1}, {5, 1}, {5, 0, 1}, {5, 3, 2}, {5, 1, 5}, {9, 1, 2, 3, 4}, {9, 5, 6, 1, 2}}) {
            assertThatThrownBy(() -> SourceSequences.fromLongs(state)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<Long> expand(SourceSequences sequences) {
        return sequences.missing().stream()
                .flatMap(range ->
                        LongStream.rangeClosed(range.from(), range.to()).boxed())
                .toList();
    }
}
