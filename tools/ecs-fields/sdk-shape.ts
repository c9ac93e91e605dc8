import path from 'node:path';
import ts from 'typescript';
import { projectFolder } from '../../lib/platform/paths.ts';
import type { ObjectShape, Shape } from '../../lib/translate/shape.ts';

const file = path.join(projectFolder, 'node_modules/@aws-sdk/client-ecs/dist-types/models/models_1.d.ts');
const other = path.join(path.dirname(file), 'models_0.d.ts');

/** What the pinned SDK's types say of the documents that are translated. */
export interface SdkShape {
  readonly taskDefinition: ObjectShape;
  readonly service: ObjectShape;
  /** Fields of `describe-task-definition` and `describe-services` that no request has. */
  readonly recorded: { readonly taskDefinition: readonly string[]; readonly service: readonly string[] };
}

/** Reads the shape of the ECS API's requests from the declarations of `@aws-sdk/client-ecs`. */
export function readSdkShape(): SdkShape {
  const program = ts.createProgram([file], {
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const checker = program.getTypeChecker();
  const typeOf = (name: string): ts.Type => {
    for (const source of [file, other].map((each) => program.getSourceFile(each)!)) {
      const found = source.statements.find(
        (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
      );
      if (found !== undefined) return checker.getTypeAtLocation(found);
    }
    throw new Error(`The SDK has no ${name} in ${file}`);
  };
  const shapeOf = (declared: ts.Type): Shape => {
    // Documents have any JSON in them.
    if (declared.aliasSymbol?.name === 'DocumentType') return 'json';
    const type = checker.getNonNullableType(declared);
    if (type.aliasSymbol?.name === 'DocumentType' || checker.typeToString(type).includes('DocumentType')) return 'json';
    if (type.flags & ts.TypeFlags.BooleanLike) return 'boolean';
    if (type.isUnion() && type.types.every((member) => member.isStringLiteral())) {
      return type.types.map((member) => (member).value).sort();
    }
    if (type.isUnion()) {
      // A union of objects with one member each: the fields of all, without the mark of a member that is not known.
      return Object.assign({}, ...type.types.map((member) => fieldsOf(member))) as ObjectShape;
    }
    if (type.isStringLiteral()) return [type.value];
    if (type.flags & ts.TypeFlags.StringLike) return 'string';
    if (type.flags & ts.TypeFlags.NumberLike) return 'number';
    if (checker.isArrayType(type)) return { list: shapeOf(checker.getTypeArguments(type as ts.TypeReference)[0]!) };
    const values = type.getStringIndexType();
    return values === undefined ? fieldsOf(type) : { map: shapeOf(values) };
  };
  const fieldsOf = (type: ts.Type): ObjectShape =>
    Object.fromEntries(
      type
        .getProperties()
        .map((property) => [property.name, checker.getNonNullableType(checker.getTypeOfSymbol(property))] as const)
        .filter(([name, field]) => name !== '$unknown' && !(field.flags & (ts.TypeFlags.Never | ts.TypeFlags.Undefined)))
        .map(([name, field]) => [name, shapeOf(field)]),
    );
  const taskDefinition = fieldsOf(typeOf('RegisterTaskDefinitionRequest'));
  const service = fieldsOf(typeOf('CreateServiceRequest'));
  const extra = (described: string, request: ObjectShape): string[] =>
    typeOf(described)
      .getProperties()
      .map(({ name }) => name)
      .filter((name) => !Object.hasOwn(request, name))
      .sort();
  return {
    taskDefinition,
    service,
    recorded: { taskDefinition: extra('TaskDefinition', taskDefinition), service: extra('Service', service) },
  };
}
