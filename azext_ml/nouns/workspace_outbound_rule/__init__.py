"""Outbound rules: what machines in a workspace's managed network may reach."""

from azext_ml.core.card import Arg, Noun, Verb

RULE = Arg("name", ("--rule",), "Name of the rule.", required=True)
TYPE = Arg("type", ("--type",), "What the rule leads to.", required=True, choices=("fqdn", "private_endpoint", "service_tag"))

CARD = Noun(
    "workspace outbound-rule", "Manage the outbound rules of a workspace's managed network.", (
        Verb("set", "azext_ml.nouns.workspace_outbound_rule.commands:set_", "Create or update an outbound rule.", (RULE, TYPE),
             spec_args=True, no_wait=True, examples=(
                 ("Let machines reach a domain.",
                  "az ml workspace outbound-rule set --rule pypi --type fqdn --destination pypi.org --workspace-name my-workspace"),
                 ("Let them reach a storage account through a private endpoint.",
                  "az ml workspace outbound-rule set --rule store --type private_endpoint --service-resource-id "
                  "/subscriptions/.../storageAccounts/mystore --subresource-target blob --spark-enabled false"),
                 ("Let them reach an Azure service.",
                  "az ml workspace outbound-rule set --rule factory --type service_tag --service-tag DataFactory --protocol TCP "
                  "--port-ranges \"80, 8080-8089\""))),
        Verb("show", "azext_ml.verbs.show:show", "Show an outbound rule.", (RULE,),
             examples=(("Show an outbound rule.", "az ml workspace outbound-rule show --rule pypi"),)),
        Verb("list", "azext_ml.verbs.list:list_", "List the outbound rules of a workspace.",
             examples=(("List the outbound rules of a workspace.", "az ml workspace outbound-rule list --output table"),)),
    ),
    collection="outboundRules", api_version="2024-10-01-preview", kind="outbound_rule", long=True,
    columns=(("Name", "name"), ("Type", "type"), ("Category", "category"), ("Status", "status")))
