package dev.tollgate.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.tollgate.gateway";
    private static final String[] FEATURES = {
        ROOT + ".tenant",
        ROOT + ".token",
        ROOT + ".policy",
        ROOT + ".admission",
        ROOT + ".violation",
        ROOT + ".proxy",
        ROOT + ".door",
        ROOT + ".journal",
        ROOT + ".management",
        ROOT + ".admin"
    };

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void featureRootsKnowNoTechnology() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "org.apache.kafka..",
                        "java.sql..",
                        "javax.sql..",
                        "org.postgresql..",
                        "java.net.http..",
                        "io.vertx..",
                        "io.netty..",
                        "io.grpc..",
                        "io.envoyproxy..",
                        "com.google.protobuf..",
                        "io.micrometer..",
                        "com.nimbusds..",
                        "java.nio.channels..")
                .check(classes);
    }

    @Test
    void featureRootsReadNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURES)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(classes);
    }

    @Test
    void featureRootsDoNotKnowTheirAdapters() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".*.postgres..",
                        ROOT + ".*.kafka..",
                        ROOT + ".*.file..",
                        ROOT + ".*.http..",
                        ROOT + ".*.jose..",
                        ROOT + ".*.vertx..",
                        ROOT + ".*.grpc..",
                        ROOT + ".*.micrometer..")
                .check(classes);
    }

    @Test
    void springIsOnlyInTheWiringAndTheAdminApi() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .and()
                .resideOutsideOfPackage(ROOT + ".admin.http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .check(classes);
    }

    @Test
    void noOtherServiceIsKnown() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.tollgate.ingest..",
                        "dev.tollgate.aggregator..",
                        "dev.tollgate.billing..",
                        "dev.tollgate.console..")
                .check(classes);
    }
}
