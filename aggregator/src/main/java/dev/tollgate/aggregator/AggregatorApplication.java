package dev.tollgate.aggregator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/// The aggregator: hourly buckets from the log of requests.
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(AggregatorConfiguration.class)
public class AggregatorApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(AggregatorApplication.class, arguments);
    }
}
