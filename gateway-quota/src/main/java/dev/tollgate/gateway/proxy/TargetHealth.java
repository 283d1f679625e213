package dev.tollgate.gateway.proxy;

import org.jspecify.annotations.Nullable;

/// What one event loop has seen of one target: how many requests it has there, and whether it is set aside. After
/// `failuresMax` failures in a row it is set aside for a time that doubles with each further one, up to a bound; when
/// the time is over one request tries it, and the others follow once that one is answered.
///
/// Belongs to its event loop.
public final class TargetHealth {

    private final UpstreamTarget target;
    private final UpstreamSettings settings;
    private int inFlight;
    private int failures;
    private long asideUntilNanos;
    private long asideNanos;
    private @Nullable Use trial;

    TargetHealth(UpstreamTarget target, UpstreamSettings settings) {
        this.target = target;
        this.settings = settings;
    }

    /// One request's time at a target. What is told of it after [#end] has no effect.
    public final class Use {

        private boolean ended;

        private Use() {}

        public UpstreamTarget target() {
            return target;
        }

        public TargetHealth health() {
            return TargetHealth.this;
        }

        /// The target has begun to answer.
        public void answered() {
            if (!ended) {
                failures = 0;
                asideNanos = 0;
                trial = null;
            }
        }

        /// The target could not be reached, or did not answer in time. Returns whether it is set aside for that.
        public boolean failed(long nowNanos) {
            return !ended && TargetHealth.this.failed(nowNanos);
        }

        public void end() {
            if (!ended) {
                ended = true;
                inFlight--;
                if (trial == this) {
                    trial = null;
                }
            }
        }
    }

    Use begin() {
        inFlight++;
        Use use = new Use();
        if (isSetAside() && trial == null) {
            trial = use;
        }
        return use;
    }

    private boolean failed(long nowNanos) {
        failures++;
        if (failures < settings.failuresMax()) {
            return false;
        }
        long longest = settings.setAsideMax().toNanos();
        asideNanos = asideNanos == 0
                ? settings.setAsideMin().toNanos()
                : Math.min(longest, Math.multiplyExact(asideNanos, 2));
        asideUntilNanos = nowNanos + asideNanos;
        trial = null;
        return true;
    }

    private boolean isSetAside() {
        return asideNanos > 0;
    }

    /// Whether a request may go there: it is not set aside, or it is time for the one that tries.
    boolean isOpen(long nowNanos) {
        return !isSetAside() || (trial == null && nowNanos - asideUntilNanos >= 0);
    }

    int inFlight() {
        return inFlight;
    }
}
