-- Sends the same GET with one API key after the other. Arguments: a file with one key a line, the path, how many keys to leave
-- out at first.
-- wrk counts answers above 399 as errors of the status; the caller refuses a run that has any.
local requests = {}
local sent = 0

function init(arguments)
    for key in io.lines(arguments[1]) do
        wrk.headers["X-Api-Key"] = key
        requests[#requests + 1] = wrk.format("GET", arguments[2])
    end
    sent = tonumber(arguments[3])
end

function request()
    sent = sent % #requests + 1
    return requests[sent]
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format(
        "result requests=%d us=%d bytes=%d p50=%.1f p99=%.1f connect=%d read=%d write=%d status=%d timeout=%d\n",
        summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
        errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
