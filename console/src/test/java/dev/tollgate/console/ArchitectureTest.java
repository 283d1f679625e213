package dev.tollgate.console;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CONSOLE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tollgate.console");

    @Test
    void keepsFeatureRootsPure() {
        noClasses()
                .that()
                .resideInAPackage("dev.tollgate.console.usage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..", "jakarta..")
                .check(CONSOLE);
    }

    @Test
    void knowsNoOtherService() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.tollgate.gateway..",
                        "dev.tollgate.ingest..",
                        "dev.tollgate.aggregator..",
                        "dev.tollgate.billing..")
                .check(CONSOLE);
    }

    @Test
    void readsNoClock() {
        noClasses().should().callMethod(Instant.class, "now").check(CONSOLE);
    }
}
