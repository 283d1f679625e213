package dev.tollgate.console.usage.http;

import dev.tollgate.console.usage.UsageReport;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;

/// The pages about usage: all tenants of this month, and one tenant by the hour.
@Controller
public final class UsagePages {

    private static final String TENANT_ID = "[A-Za-z0-9._-]{1,64}";

    private final UsageReport report;
    private final InstantSource clock;

    public UsagePages(UsageReport report, InstantSource clock) {
        this.report = report;
        this.clock = clock;
    }

    @GetMapping("/")
    String tenants(Model model) {
        Instant monthStart = clock.instant()
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .withDayOfMonth(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        model.addAttribute("since", monthStart);
        model.addAttribute("tenants", report.busiest(monthStart));
        return "tenants";
    }

    @GetMapping("/tenants/{tenantId}")
    String tenant(@PathVariable("tenantId") String tenantId, Model model) {
        if (!tenantId.matches(TENANT_ID)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no such tenant");
        }
        model.addAttribute("tenantId", tenantId);
        model.addAttribute("hours", report.latestHours(tenantId));
        return "tenant";
    }
}
