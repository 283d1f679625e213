package dev.tollgate.client;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What the client may bring into somebody else's application: Java, jackson-core, and for the filter a servlet API.
class ArchitectureTest {

    private static final String CLIENT = "dev.tollgate.client";
    private static final String SERVLET = "dev.tollgate.client.servlet";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(CLIENT);

    @Test
    void theClientNeedsJavaAndJacksonCoreOnly() {
        classes()
                .that()
                .resideInAPackage(CLIENT)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(CLIENT, "java..", "tools.jackson.core..", "org.jspecify.annotations.."))
                .check(CLASSES);
    }

    @Test
    void theFilterAddsTheServletApiOnly() {
        classes()
                .that()
                .resideInAPackage(SERVLET)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        CLIENT, SERVLET, "java..", "jakarta.servlet..", "org.jspecify.annotations.."))
                .check(CLASSES);
    }

    @Test
    void nothingOfTollgateItselfComesAlong() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("dev.tollgate..").and(resideOutsideOfPackages(CLIENT, SERVLET)))
                .check(CLASSES);
    }

    /// Clocks are named once, as defaults of constructors, and never asked elsewhere.
    @Test
    void clocksAreArguments() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }
}
