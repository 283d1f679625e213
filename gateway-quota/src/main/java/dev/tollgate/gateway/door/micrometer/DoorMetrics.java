package dev.tollgate.gateway.door.micrometer;

import dev.tollgate.gateway.door.DoorMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The doors' answers as metrics. Labels are names of doors and status codes, never tenants.
public final class DoorMetrics implements DoorMeter {

    private record Answer(String door, int status) {}

    private final MeterRegistry registry;
    private final Map<Answer, Counter> answers = new ConcurrentHashMap<>();
    private final Counter unrecorded;

    public DoorMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.unrecorded = registry.counter("tollgate.gateway.door.requests.unrecorded");
    }

    @Override
    public void answered(String door, int status) {
        answers.computeIfAbsent(
                        new Answer(door, status),
                        answer -> registry.counter(
                                "tollgate.gateway.door.answers",
                                "door",
                                answer.door(),
                                "status",
                                Integer.toString(answer.status())))
                .increment();
    }

    @Override
    public void unrecorded() {
        unrecorded.increment();
    }
}
