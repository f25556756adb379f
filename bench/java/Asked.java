import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.cryptography.dbencryptionsdk.dynamodb.DynamoDbEncryptionInterceptor;
import software.amazon.cryptography.dbencryptionsdk.dynamodb.model.DynamoDbTableEncryptionConfig;
import software.amazon.cryptography.dbencryptionsdk.dynamodb.model.DynamoDbTablesEncryptionConfig;
import software.amazon.cryptography.dbencryptionsdk.structuredencryption.model.CryptoAction;
import software.amazon.cryptography.dbencryptionsdk.structuredencryption.model.StructuredEncryptionException;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.AesWrappingAlg;
import software.amazon.cryptography.materialproviders.model.CreateRawAesKeyringInput;
import software.amazon.cryptography.materialproviders.model.DBEAlgorithmSuiteId;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/**
 * The benchmark's Java: puts the lines of a file, each an item, into tables of its own and queries them, with AWS's Database Encryption SDK and
 * without it.
 *
 * <p>Asked ENDPOINT FILE: the first line that it writes is "ready VERSIONS", or why it cannot be measured; then it reads lines, each a name of
 * Way, and answers with the microseconds of a query whose items were compared with the file's afterwards.
 */
public final class Asked {
  /** How items are kept; each way has a table of its own in each run. */
  enum Way {
    PLAIN(null), // by the same client without the interceptor
    KEYED(DBEAlgorithmSuiteId.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_SYMSIG_HMAC_SHA384),
    SIGNED(null); // by the interceptor's default suite

    final DBEAlgorithmSuiteId suite;

    Way(DBEAlgorithmSuiteId suite) {
      this.suite = suite;
    }

    String table() {
      return "java-" + name().toLowerCase(Locale.ROOT) + "-" + ProcessHandle.current().pid();
    }
  }

  private static final String PARTITION = "p", SORT = "s", CONTENT = "content", DIALOGUE = "a-dialogue";
  private static final int LINE = 200; // characters

  private final DynamoDbClient plain;
  private final DynamoDbClient sealing;
  private final List<String> lines;

  private Asked(URI endpoint, List<String> lines) {
    this.lines = lines;
    plain = clientOf(endpoint).build();
    sealing = clientOf(endpoint).overrideConfiguration(options -> options.addExecutionInterceptor(interceptor())).build();
  }

  private static DynamoDbClientBuilder clientOf(URI endpoint) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")));
  }

  /** A key of 256 bits in memory that wraps the key of each item. */
  private static IKeyring keyring() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return MaterialProviders.builder()
        .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
        .build()
        .CreateRawAesKeyring(
            CreateRawAesKeyringInput.builder()
                .keyNamespace("bench")
                .keyName("one")
                .wrappingKey(ByteBuffer.wrap(key))
                .wrappingAlg(AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16)
                .build());
  }

  /** The addresses of an item are signed, its content encrypted, too. */
  private static DynamoDbEncryptionInterceptor interceptor() {
    IKeyring keyring = keyring();
    Map<String, DynamoDbTableEncryptionConfig> tables = new HashMap<>();
    for (Way way : List.of(Way.KEYED, Way.SIGNED)) {
      DynamoDbTableEncryptionConfig.Builder table =
          DynamoDbTableEncryptionConfig.builder()
              .logicalTableName(way.table())
              .partitionKeyName(PARTITION)
              .sortKeyName(SORT)
              .attributeActionsOnEncrypt(
                  Map.of(
                      PARTITION, CryptoAction.SIGN_ONLY, SORT, CryptoAction.SIGN_ONLY, CONTENT, CryptoAction.ENCRYPT_AND_SIGN))
              .allowedUnsignedAttributePrefix(":")
              .keyring(keyring);
      if (way.suite != null) {
        table.algorithmSuiteId(way.suite);
      }
      tables.put(way.table(), table.build());
    }
    return DynamoDbEncryptionInterceptor.builder()
        .config(DynamoDbTablesEncryptionConfig.builder().tableEncryptionConfigs(tables).build())
        .build();
  }

  private DynamoDbClient clientFor(Way way) {
    return way == Way.PLAIN ? plain : sealing;
  }

  private static Map<String, AttributeValue> itemOf(int number, String line) {
    return Map.of(
        PARTITION, AttributeValue.fromS(DIALOGUE),
        SORT, AttributeValue.fromS(String.format("%06d", number)),
        CONTENT, AttributeValue.fromS(line));
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder().attributeName(name).attributeType(ScalarAttributeType.S).build();
  }

  private void fill(Way way) {
    plain.createTable(
        table ->
            table
                .tableName(way.table())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(text(PARTITION), text(SORT))
                .keySchema(key(PARTITION, KeyType.HASH), key(SORT, KeyType.RANGE)));
    for (int i = 0; i < lines.size(); i++) {
      Map<String, AttributeValue> item = itemOf(i, lines.get(i));
      clientFor(way).putItem(put -> put.tableName(way.table()).item(item));
    }
  }

  private static QueryResponse query(DynamoDbClient client, Way way) {
    return client.query(
        query ->
            query
                .tableName(way.table())
                .consistentRead(true)
                .keyConditionExpression(PARTITION + " = :p")
                .expressionAttributeValues(Map.of(":p", AttributeValue.fromS(DIALOGUE))));
  }

  private static void must(boolean good, String what) {
    if (!good) {
      throw new IllegalStateException(what);
    }
  }

  private double ask(Way way) {
    long begin = System.nanoTime();
    QueryResponse answer = query(clientFor(way), way);
    double took = (System.nanoTime() - begin) / 1e3;
    must(answer.items().size() == lines.size() && !answer.hasLastEvaluatedKey(), way + ": not all items on one page");
    for (int i = 0; i < lines.size(); i++) {
      must(lines.get(i).equals(answer.items().get(i).get(CONTENT).s()), way + ": another item than was put");
    }
    return took;
  }

  /** One bit of a stored item is changed and changed back. */
  private void mustRefuseChanges(Way way) {
    Map<String, AttributeValue> stored = query(plain, way).items().get(0);
    must(stored.get(CONTENT).b() != null, way + ": the content is stored as it is");
    byte[] content = stored.get(CONTENT).b().asByteArray();
    content[content.length / 2] ^= 1;
    Map<String, AttributeValue> changed = new HashMap<>(stored);
    changed.put(CONTENT, AttributeValue.fromB(SdkBytes.fromByteArray(content)));
    plain.putItem(put -> put.tableName(way.table()).item(changed));
    boolean refused = false;
    try {
      query(sealing, way);
    } catch (RuntimeException expected) {
      refused = expected.getCause() instanceof StructuredEncryptionException;
    }
    plain.putItem(put -> put.tableName(way.table()).item(stored));
    must(refused, way + ": an item that was changed is taken");
  }

  /** The file that a class was loaded from: its name has the version. */
  private static String packageOf(Class<?> one) {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().getPath()).getFileName().toString();
  }

  private void prepare() {
    for (Way way : Way.values()) {
      fill(way);
      ask(way);
      if (way != Way.PLAIN) {
        mustRefuseChanges(way);
      }
    }
  }

  public static void main(String[] words) throws Exception {
    Asked asked = new Asked(URI.create(words[0]), Files.readAllLines(Path.of(words[1])));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    try {
      asked.prepare();
      System.out.println(
          "ready "
              + packageOf(DynamoDbEncryptionInterceptor.class)
              + ", "
              + packageOf(DynamoDbClient.class)
              + ", Java "
              + System.getProperty("java.version"));
    } catch (RuntimeException reason) {
      String said = reason.toString().replace('\n', ' ');
      System.out.println(said.substring(0, Math.min(said.length(), LINE)));
    }
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.printf(Locale.ROOT, "%.1f%n", asked.ask(Way.valueOf(line)));
    }
  }
}
