package dev.tollgate.aggregator.query.http;

import dev.tollgate.aggregator.query.Grouping;
import dev.tollgate.aggregator.query.UsageWindow;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeType;

/// The parameters of a request, read strictly: a name that is not known, or one given twice, ends the request.
final class UsageParameters {

    private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());
    private static final MediaType CSV = MediaType.parseMediaType("text/csv");
    private static final String GROUP_BY = "groupBy";

    private final Map<String, String[]> all;

    UsageParameters(Map<String, String[]> all, Set<String> known) {
        this.all = all;
        for (Map.Entry<String, String[]> parameter : all.entrySet()) {
            String name = parameter.getKey();
            if (!known.contains(name)) {
                throw ProblemException.field(name, "is not a parameter of this address");
            }
            if (parameter.getValue().length > 1 && !name.equals(GROUP_BY)) {
                throw ProblemException.field(name, "must be given once");
            }
        }
    }

    @Nullable
    String text(String name) {
        String[] values = all.get(name);
        return values == null ? null : values[0];
    }

    /// In whole milliseconds, as events are.
    Instant moment(String name) {
        Instant moment = Parameters.optionalMoment(text(name), name)
                .orElseThrow(() -> ProblemException.field(name, "must be given"));
        if (!moment.truncatedTo(ChronoUnit.MILLIS).equals(moment)) {
            throw ProblemException.field(name, "must be in whole milliseconds");
        }
        return moment;
    }

    UsageWindow window() {
        String value = text("window");
        return Optional.ofNullable(value == null ? "hour" : value)
                .flatMap(UsageWindow::of)
                .orElseThrow(() -> ProblemException.field("window", "must be minute, hour, day or month"));
    }

    Optional<ZoneId> zone() {
        String value = text("timeZone");
        if (value != null && !ZONES.contains(value)) {
            throw ProblemException.field("timeZone", "must be the name of an IANA zone such as Europe/Berlin");
        }
        return Optional.ofNullable(value).map(ZoneId::of);
    }

    List<Grouping> groupBy() {
        List<Grouping> groupings = new ArrayList<>();
        for (String value : all.getOrDefault(GROUP_BY, new String[0])) {
            for (String name : value.split(",", -1)) {
                if (groupings.size() == Grouping.values().length) {
                    throw ProblemException.field(GROUP_BY, "must name each grouping once");
                }
                groupings.add(Grouping.of(name)
                        .orElseThrow(() -> ProblemException.field(
                                GROUP_BY, "must be of route, method, statusClass, with commas between")));
            }
        }
        return groupings;
    }

    /// By `format`, else by what the client likes best of the two.
    boolean csv(@Nullable String accept) {
        String format = text("format");
        if (format == null) {
            return accept != null && likesCsv(accept);
        }
        return switch (format) {
            case "csv" -> true;
            case "json" -> false;
            default -> throw ProblemException.field("format", "must be json or csv");
        };
    }

    /// Of equals the more specific comes first, then the one named first. JSON for whom neither pleases.
    private static boolean likesCsv(String accept) {
        try {
            return MediaType.parseMediaTypes(accept).stream()
                    .filter(type -> type.getQualityValue() > 0)
                    .filter(type -> type.includes(CSV) || type.includes(MediaType.APPLICATION_JSON))
                    .sorted(Comparator.comparingDouble(MediaType::getQualityValue)
                            .reversed()
                            .thenComparing(MimeType::isWildcardSubtype))
                    .findFirst()
                    .filter(type -> type.includes(CSV) && !type.includes(MediaType.APPLICATION_JSON))
                    .isPresent();
        } catch (InvalidMediaTypeException unreadable) {
            return false;
        }
    }
}
