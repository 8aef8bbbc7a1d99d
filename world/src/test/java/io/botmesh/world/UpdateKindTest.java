package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class UpdateKindTest {
    private static final long SUBJECT = 200_000_001;

    @Test
    void businessMessagesAndPurchasesHaveQueuesOfTheirOwn() {
        long business = UpdateKind.BUSINESS_MESSAGE.lane(SUBJECT, true);
        assertThat(UpdateKind.EDITED_BUSINESS_MESSAGE.lane(SUBJECT, true)).isEqualTo(business);
        var lanes = new HashSet<Long>();
        for (var kind : UpdateKind.values()) {
            if (!kind.wireName().contains("business_message")) lanes.add(kind.lane(SUBJECT, true));
        }
        lanes.add(UpdateKind.DELETED_BUSINESS_MESSAGES.lane(SUBJECT, true));
        assertThat(lanes).doesNotContain(business).contains(SUBJECT);
        assertThat(UpdateKind.PURCHASED_PAID_MEDIA.lane(SUBJECT, true))
                .isNotIn(business, SUBJECT, UpdateKind.CALLBACK_QUERY.lane(SUBJECT, true));
        assertThat(UpdateKind.BUSINESS_MESSAGE.lane(0, true))
                .as("one that stands alone")
                .isZero();
    }

    @Test
    void businessMessagesMayWaitForOtherMessages() {
        assertThat(UpdateKind.BUSINESS_MESSAGE.lane(SUBJECT, false)).isEqualTo(SUBJECT);
        assertThat(UpdateKind.EDITED_BUSINESS_MESSAGE.lane(SUBJECT, false)).isEqualTo(SUBJECT);
        assertThat(UpdateKind.PURCHASED_PAID_MEDIA.lane(SUBJECT, false)).isEqualTo(SUBJECT);
    }
}
