package io.botmesh.world;

/**
 * What somebody is asked to pay.
 *
 * @param payload     what the bot gets back, nobody else sees it
 * @param totalAmount in the smallest unit of the currency
 */
record InvoiceContent(
        String title, String description, String startParameter, String currency, long totalAmount, String payload)
        implements Content {
    @Override
    public String firstButton() {
        return "pay";
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("invoice")
                .object()
                .field("title", title)
                .field("description", description)
                .field("start_parameter", startParameter)
                .field("currency", currency)
                .field("total_amount", totalAmount)
                .endObject();
    }
}
