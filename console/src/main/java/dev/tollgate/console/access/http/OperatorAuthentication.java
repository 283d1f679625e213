package dev.tollgate.console.access.http;

import dev.tollgate.schema.access.key.KeysUnavailableException;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.OperatorKeys;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/// Lets staff in by HTTP Basic: the password is the operator key, the user is the name that the key belongs to.
public final class OperatorAuthentication implements AuthenticationProvider {

    private final OperatorKeys keys;

    public OperatorAuthentication(OperatorKeys keys) {
        this.keys = keys;
    }

    @Override
    public Authentication authenticate(Authentication presented) {
        Operator operator = find(String.valueOf(presented.getCredentials()));
        if (!operator.name().equals(presented.getName())) {
            throw new BadCredentialsException("the key belongs to somebody else");
        }
        return UsernamePasswordAuthenticationToken.authenticated(
                operator.name(),
                null,
                operator.roles().stream()
                        .map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
                        .toList());
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }

    private Operator find(String key) {
        try {
            return keys.find(key).orElseThrow(() -> new BadCredentialsException("unknown operator key"));
        } catch (KeysUnavailableException away) {
            throw new AuthenticationServiceException("operator keys cannot be read", away);
        }
    }
}
