package dev.tollgate.gateway.admin.http;

import dev.tollgate.schema.access.web.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.FileSystemUtils;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Serves the admin API with Spring MVC on virtual threads. Only the port is opened at the start: Spring MVC and the
/// controllers are made when the first request comes, so that a gateway whose admin API nobody uses does not pay for
/// it.
public final class AdminServer implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 64;
    private static final int WAITING_CONNECTIONS_MAX = 32;
    private static final int TIMEOUT_MS = 20_000;
    private static final int HEADER_BYTES_MAX = 8_192;
    private static final int PROCESSORS_KEPT_MAX = 8;
    private static final int SWALLOWED_BYTES_MAX = 65_536;

    /// @param gate stands before every controller
    public record Resources(OperatorGate gate, List<Object> controllers) {

        public Resources {
            controllers = List.copyOf(controllers);
        }
    }

    private final Tomcat tomcat = new Tomcat();
    private final Supplier<Resources> resources;
    private final Path folder;

    /// @param resources called once, when the first request comes
    public AdminServer(Supplier<Resources> resources) {
        this.resources = resources;
        try {
            this.folder = Files.createTempDirectory("tollgate-admin-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Listens on the port (0 for any) and returns the port.
    public int start(String host, int port) {
        tomcat.setBaseDir(folder.toString());
        Connector connector = connector(host, port);
        tomcat.setConnector(connector);
        if (tomcat.getHost() instanceof StandardHost standard) {
            standard.setErrorReportValveClass("");
        }
        Context context = tomcat.addContext("", null);
        Wrapper servlet = Tomcat.addServlet(context, "admin", new DispatcherServlet(new LazyContext()));
        servlet.setLoadOnStartup(-1);
        context.addServletMapping("/", "admin");
        try {
            tomcat.start();
        } catch (LifecycleException failed) {
            throw new IllegalStateException("the admin port " + port + " does not open", failed);
        }
        if (connector.getState() != LifecycleState.STARTED) {
            throw new IllegalStateException("the admin port " + port + " does not open");
        }
        return connector.getLocalPort();
    }

    private static Connector connector(String host, int port) {
        Connector connector = new Connector();
        connector.setPort(port);
        connector.setThrowOnFailure(true);
        connector.setProperty("address", host);
        connector.setXpoweredBy(false);
        if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
            protocol.setExecutor(new VirtualThreadExecutor("admin-"));
            protocol.setMaxConnections(CONNECTIONS_MAX);
            protocol.setAcceptCount(WAITING_CONNECTIONS_MAX);
            protocol.setConnectionTimeout(TIMEOUT_MS);
            protocol.setProcessorCache(PROCESSORS_KEPT_MAX);
        }
        connector.setProperty("maxHttpHeaderSize", Integer.toString(HEADER_BYTES_MAX));
        connector.setProperty("maxSwallowSize", Integer.toString(SWALLOWED_BYTES_MAX));
        return connector;
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            FileSystemUtils.deleteRecursively(folder);
        } catch (LifecycleException | IOException failed) {
            throw new IllegalStateException("the admin port does not close", failed);
        }
    }

    /// Refreshed by the servlet when it is initialised.
    private final class LazyContext extends GenericWebApplicationContext {

        @Override
        public void refresh() {
            List<HttpMessageConverter<?>> bytes = List.of(new ByteArrayHttpMessageConverter());
            Resources made = resources.get();
            registerBean(RequestMappingHandlerMapping.class, () -> {
                RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping();
                mapping.setInterceptors(made.gate());
                return mapping;
            });
            registerBean(RequestMappingHandlerAdapter.class, () -> {
                RequestMappingHandlerAdapter adapter = new RequestMappingHandlerAdapter();
                adapter.setMessageConverters(bytes);
                return adapter;
            });
            registerBean(ExceptionHandlerExceptionResolver.class, () -> {
                ExceptionHandlerExceptionResolver resolver = new ExceptionHandlerExceptionResolver();
                resolver.setMessageConverters(bytes);
                return resolver;
            });
            registerBean(Problems.class, Problems::new);
            for (Object controller : made.controllers()) {
                getBeanFactory().registerSingleton(controller.getClass().getName(), controller);
            }
            super.refresh();
        }
    }
}
