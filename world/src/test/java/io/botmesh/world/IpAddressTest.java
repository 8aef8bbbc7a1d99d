package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.255.255.255", "172.31.0.9", "192.168.0.1", "100.64.1.2", "240.0.0.1"})
    void networksThatAreNotPublicAreReserved(String text) {
        assertThat(Objects.requireNonNull(IpAddress.parse(text)).isReserved()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.3.1", "223.255.255.255"})
    void theOthersAreNot(String text) {
        assertThat(Objects.requireNonNull(IpAddress.parse(text)).isReserved()).isFalse();
    }

    @Test
    void bracketsBelongToNoAddress() {
        var address = Objects.requireNonNull(IpAddress.parse("[2001:db8::1]"));
        assertThat(address.isIpv4()).isFalse();
        assertThat(address.text()).isEqualTo("2001:db8:0:0:0:0:0:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3.999", "256.1.1.1", "01.2.3.4", "1.2.3", "localhost", "", "1:2", "::g"})
    void whatIsNearlyAnAddressIsNone(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }
}
