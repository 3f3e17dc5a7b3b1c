// A real OpenID provider on loopback, for tests/tests/oidc.rs. Two accounts, and its own login
// forms. Prints one JSON line with its issuer once it listens, and ends with its standard input.
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const [clientId, clientSecret] = process.argv.slice(2);

const people = {
  'person-1': { email: 'Sato@school.example', email_verified: true },
  'person-2': { email: 'stranger@school.example', email_verified: true },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/oidc'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    // The address stands in the identity token, as with the large providers.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) =>
      people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id] }) },
  });
  server.on('request', provider.callback());
  console.log(JSON.stringify({ issuer }));
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
