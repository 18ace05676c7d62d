"""How the local workspace answers for datastores. Wire names: recorded traffic of the service."""

from azext_ml.local.resource import Resource, Response, auth, datastores, envelopes, whole


class Datastores(Resource):
    collection = "datastores"
    label = "Datastore"
    shapes = {"credentials": dict, "accountName": str, "containerName": str, "endpoint": str, "isDefault": bool}

    def routes(self):
        yield from super().routes()
        yield "POST", "/datastores/{name}/listSecrets", self.list_secrets

    def list(self, request, **_):
        """Filters as the client sends them. `count` is a page size there; all fit in one page here."""
        query = request.query
        names = [name.lower() for name in query.get("names", "").split(",") if name]
        default, text = query.get("isdefault", "").lower(), query.get("searchtext", "").lower()

        def keep(document):
            if names and document.name.lower() not in names or text not in document.name.lower():
                return False
            return not default or bool(document.body["properties"].get("isDefault")) == (default == "true")
        whole(query, "count")
        return self.page(request, self.parent, lambda ws, document: self.wire(request, ws, document), keep=keep)

    def accept(self, tx, ws, name, body, old):
        """Secrets are kept apart: a GET never carries them."""
        properties = {"description": None, "tags": {}, "properties": {}, "isDefault": False,
                      "serviceDataAccessAuthIdentity": "None", **body["properties"]}
        credentials = dict(properties.get("credentials") or {"credentialsType": "None"})
        secrets = credentials.pop("secrets", None)
        same_kind = old and old.body["properties"]["credentials"].get("credentialsType") == credentials.get("credentialsType")
        if secrets is None and same_kind and old.private:
            secrets = old.private["secrets"]
        return {**body, "properties": {**properties, "credentials": credentials}}, {"secrets": secrets} if secrets else None

    def after_put(self, tx, ws, document, old):
        """There is one default."""
        if document.body["properties"].get("isDefault"):
            for other in tx.list(ws.key, self.parent):
                if other.seq != document.seq and other.body["properties"].get("isDefault"):
                    body = {**other.body, "properties": {**other.body["properties"], "isDefault": False}}
                    tx.put(ws.key, self.parent, other.name, body, private=other.private)

    def reveal(self, request, ws, document):
        """Stores of this machine are where the request came to."""
        properties = document.body["properties"]
        if properties.get("accountName") == datastores.ACCOUNT and properties.get("endpoint") == datastores.HOST:
            return {**document.body, "properties": {**properties, "endpoint": request.host}}
        return document.body

    def list_secrets(self, request, name, **_):
        """`expirableSecret` asks for a signature that ends in place of the key."""
        expirable = request.json().get("expirableSecret")
        with self.store.reading() as tx:
            ws = request.workspace(tx)
            document = tx.get(ws.key, self.parent, name)
        if document is None:
            raise self.missing(name)
        if document.private:
            return Response(200, document.private["secrets"])
        properties = document.body["properties"]
        if properties.get("accountName") != datastores.ACCOUNT:
            raise envelopes.mfe(400, "UserError", f"Datastore {document.name} has no secrets.")
        if expirable and properties.get("containerName"):
            signature = auth.sign_container(self.app, properties["containerName"], "rcwdl")
            return Response(200, {"secretsType": "Sas", "sasToken": signature})
        return Response(200, {"secretsType": "AccountKey", "key": auth.account_key(self.app)})


SERVICES = (Datastores,)
