package dev.tollgate.client;

import dev.tollgate.client.servlet.MeteringFilter;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;

/// A Spring application that meters itself; the header `X-Tenant` names the tenant.
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    PropertyPlaceholderAutoConfiguration.class,
    JacksonAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    ErrorMvcAutoConfiguration.class
})
class SampleApplication {

    @Bean
    FilterRegistrationBean<MeteringFilter> metering(TollgateClient client) {
        FilterRegistrationBean<MeteringFilter> registration =
                new FilterRegistrationBean<>(new MeteringFilter(client, request -> request.getHeader("X-Tenant")));
        registration.setOrder(Integer.MIN_VALUE);
        registration.setAsyncSupported(true);
        return registration;
    }

    @Bean
    SampleThings things() {
        return new SampleThings();
    }
}
