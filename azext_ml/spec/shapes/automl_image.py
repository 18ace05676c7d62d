"""AutoML over images: classification, object detection, instance segmentation."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes import automl
from azext_ml.spec.shapes import automl_space as space
from azext_ml.spec.shapes.automl import Minutes, words
from azext_ml.spec.types import ListOf, Nested

SCHEDULERS = words("none", "warmup_cosine", "step")
OPTIMIZERS = words("none", "sgd", "adam", "adamw")
SIZES = words("none", "small", "medium", "large", "extra_large")
VALIDATIONS = words("none", "coco", "voc", "coco_voc")


class Parameters(f.Spec):
    """Parameters that are the same in every trial."""

    ams_gradient = f.flag(None, "Use AMSGrad with the optimizers adam and adamw.")
    advanced_settings = f.text(None, "Settings for rare cases.")
    beta1 = f.of(types.Decimal(), "beta1", "beta1 of the optimizers adam and adamw.")
    beta2 = f.of(types.Decimal(), "beta2", "beta2 of the optimizers adam and adamw.")
    checkpoint_frequency = f.number(None, "Epochs between two checkpoints.")
    checkpoint_run_id = f.text(None, "Run whose checkpoint training starts from.")
    distributed = f.flag(None, "Train on all GPUs of a node.")
    early_stopping = f.flag(None, "Stop when the metric no longer improves.")
    early_stopping_delay = f.number(None, "Epochs before early stopping is considered.")
    early_stopping_patience = f.number(None, "Epochs without improvement before training is stopped.")
    enable_onnx_normalization = f.flag(None, "Normalize within the exported ONNX model.")
    evaluation_frequency = f.number(None, "Epochs between two validations.")
    gradient_accumulation_step = f.number(None, "Steps whose gradients are put together.")
    layers_to_freeze = f.number(None, "Layers that are not trained.")
    learning_rate = f.of(types.Decimal(), None, "Learning rate at the start.")
    learning_rate_scheduler = f.enum(None, "How the learning rate changes.", SCHEDULERS, "snake")
    model_name = f.text(None, "Model to train.")
    momentum = f.of(types.Decimal(), None, "Momentum of the optimizer sgd.")
    nesterov = f.flag(None, "Use Nesterov's momentum with the optimizer sgd.")
    number_of_epochs = f.number(None, "Epochs of training.")
    number_of_workers = f.number(None, "Processes that load data.")
    optimizer = f.enum(None, "Optimizer.", OPTIMIZERS, "snake")
    random_seed = f.number(None, "Seed of everything random.")
    step_lr_gamma = f.of(types.Decimal(), "stepLRGamma", "gamma of the scheduler step.")
    step_lr_step_size = f.number("stepLRStepSize", "Step size of the scheduler step.")
    training_batch_size = f.number(None, "Images of one training step.")
    validation_batch_size = f.number(None, "Images of one validation step.")
    warmup_cosine_lr_cycles = f.of(types.Decimal(), "warmupCosineLRCycles", "Cycles of the scheduler warmup_cosine.")
    warmup_cosine_lr_warmup_epochs = f.number("warmupCosineLRWarmupEpochs", "Epochs of warm-up of the scheduler warmup_cosine.")
    weight_decay = f.of(types.Decimal(), None, "Weight decay.")


class ClassificationParameters(Parameters):
    training_crop_size = f.number(None, "Size that training images are cropped to.")
    validation_crop_size = f.number(None, "Size that validation images are cropped to.")
    validation_resize_size = f.number(None, "Size that validation images are resized to before they are cropped.")
    weighted_loss = f.number(None, "Weights of classes in the loss: 0 none, 1 by the root of their share, 2 by their share.")


class DetectionParameters(Parameters):
    box_detections_per_image = f.number(None, "Most boxes of one image.")
    box_score_threshold = f.of(types.Decimal(), None, "Score below which a box is dropped.")
    image_size = f.number(None, "Size of the images, for YOLO.")
    max_size = f.number(None, "Most length of an image's longer side.")
    min_size = f.number(None, "Least length of an image's shorter side.")
    model_size = f.enum(None, "Size of the model, for YOLO.", SIZES, "snake")
    multi_scale = f.flag(None, "Vary the image size by half, for YOLO.")
    nms_iou_threshold = f.of(types.Decimal(), None, "Overlap at which two boxes are taken for one.")
    tile_grid_size = f.text(None, "Tiles that an image is cut into, such as 3x2.")
    tile_overlap_ratio = f.of(types.Decimal(), None, "Share of a tile that overlaps the next.")
    tile_predictions_nms_threshold = f.of(types.Decimal(), None, "Overlap at which boxes of two tiles are taken for one.")
    validation_iou_threshold = f.of(types.Decimal(), None, "Overlap at which a box counts as found.")
    validation_metric_type = f.enum(None, "Metrics of the validation.", VALIDATIONS, "snake")
    log_training_metrics = f.text(None, "Whether metrics of the training are logged.")
    log_validation_loss = f.text(None, "Whether the loss of the validation is logged.")


class Row(f.Spec):
    """Parameters that differ between trials."""

    show_empty = False
    ams_gradient = space.flag(None, "Use AMSGrad with the optimizers adam and adamw.")
    augmentations = space.text(None, "Settings of augmentations.")
    beta1 = space.decimal_("beta1", "beta1 of the optimizers adam and adamw.")
    beta2 = space.decimal_("beta2", "beta2 of the optimizers adam and adamw.")
    distributed = space.flag(None, "Train on all GPUs of a node.")
    early_stopping = space.flag(None, "Stop when the metric no longer improves.")
    early_stopping_delay = space.whole(None, "Epochs before early stopping is considered.")
    early_stopping_patience = space.whole(None, "Epochs without improvement before training is stopped.")
    enable_onnx_normalization = space.flag(None, "Normalize within the exported ONNX model.")
    evaluation_frequency = space.whole(None, "Epochs between two validations.")
    gradient_accumulation_step = space.whole(None, "Steps whose gradients are put together.")
    layers_to_freeze = space.whole(None, "Layers that are not trained.")
    learning_rate = space.decimal_(None, "Learning rate at the start.")
    learning_rate_scheduler = space.enum(None, "How the learning rate changes.", SCHEDULERS)
    momentum = space.decimal_(None, "Momentum of the optimizer sgd.")
    nesterov = space.flag(None, "Use Nesterov's momentum with the optimizer sgd.")
    number_of_epochs = space.whole(None, "Epochs of training.")
    number_of_workers = space.whole(None, "Processes that load data.")
    optimizer = space.enum(None, "Optimizer.", OPTIMIZERS)
    random_seed = space.whole(None, "Seed of everything random.")
    step_lr_gamma = space.decimal_("stepLRGamma", "gamma of the scheduler step.")
    step_lr_step_size = space.whole("stepLRStepSize", "Step size of the scheduler step.")
    training_batch_size = space.whole(None, "Images of one training step.")
    validation_batch_size = space.whole(None, "Images of one validation step.")
    warmup_cosine_lr_cycles = space.decimal_("warmupCosineLRCycles", "Cycles of the scheduler warmup_cosine.")
    warmup_cosine_lr_warmup_epochs = space.whole("warmupCosineLRWarmupEpochs", "Epochs of warm-up of the scheduler warmup_cosine.")
    weight_decay = space.decimal_(None, "Weight decay.")
    model_name = space.text(None, "Model to train.")


class ClassificationRow(Row):
    training_crop_size = space.whole(None, "Size that training images are cropped to.")
    validation_crop_size = space.whole(None, "Size that validation images are cropped to.")
    validation_resize_size = space.whole(None, "Size that validation images are resized to before they are cropped.")
    weighted_loss = space.whole(None, "Weights of classes in the loss: 0 none, 1 by the root of their share, 2 by their share.")


class DetectionRow(Row):
    box_detections_per_image = space.whole(None, "Most boxes of one image.")
    box_score_threshold = space.decimal_(None, "Score below which a box is dropped.")
    image_size = space.whole(None, "Size of the images, for YOLO.")
    max_size = space.whole(None, "Most length of an image's longer side.")
    min_size = space.whole(None, "Least length of an image's shorter side.")
    model_size = space.enum(None, "Size of the model, for YOLO.", SIZES)
    multi_scale = space.flag(None, "Vary the image size by half, for YOLO.")
    nms_iou_threshold = space.decimal_(None, "Overlap at which two boxes are taken for one.")
    tile_grid_size = space.text(None, "Tiles that an image is cut into, such as 3x2.")
    tile_overlap_ratio = space.decimal_(None, "Share of a tile that overlaps the next.")
    tile_predictions_nms_threshold = space.decimal_(None, "Overlap at which boxes of two tiles are taken for one.")
    validation_iou_threshold = space.decimal_(None, "Overlap at which a box counts as found.")
    validation_metric_type = space.enum(None, "Metrics of the validation.", VALIDATIONS)


class Limits(f.Spec):
    max_concurrent_trials = f.number(None, "Most trials at a time.")
    max_trials = f.number(None, "Most trials.")
    timeout_minutes = f.of(Minutes(), "timeout", "Minutes after which the job is ended.")


def no_test_data(value, at):
    for key in ("test_data", "test_data_size"):
        if key in value:
            yield (key,), Fault(f"'{key}' is for tasks over tables; those over images do not test", "remove it", at_key=True)


class ImageTask(automl.Task):
    checks = (no_test_data,)
    limits = f.nested("limitSettings", "When the job ends.", Limits, default={})
    sweep = f.nested("sweepSettings", "How parameters are searched.", automl.Sweep)
    test_data = f.of(automl.DATA, "testData", "Not used.")
    test_data_size = f.of(types.Decimal(), None, "Not used.")
    validation_data_size = f.of(types.Decimal(), None, "Share of the training data to validate with.")


def training_with(parameters, row):
    """The fields of parameters that are fixed and of those that are searched."""
    return (f.nested("modelSettings", "Parameters of all trials.", parameters, key="training_parameters", show_empty=False),
            f.of(ListOf(Nested(row)), "searchSpace", "Parameters that are searched: rows of values and distributions.", key="search_space"))


class ImageClassification(ImageTask):
    task = f.enum("taskType", "What is learned.", {"image_classification": "ImageClassification"}, "exact", required=True)
    primary_metric = f.enum("primaryMetric", "Metric that is optimized.", automl.CLASSIFICATION_METRICS, "snake", default="accuracy")
    training_parameters, search_space = training_with(ClassificationParameters, ClassificationRow)


class ImageClassificationMultilabel(ImageTask):
    task = f.enum("taskType", "What is learned.", {"image_classification_multilabel": "ImageClassificationMultilabel"}, "exact",
                  required=True)
    primary_metric = f.enum("primaryMetric", "Metric that is optimized.", {**automl.CLASSIFICATION_METRICS, "iou": "IOU"}, "snake",
                            default="iou")
    training_parameters, search_space = training_with(ClassificationParameters, ClassificationRow)


class ImageObjectDetection(ImageTask):
    task = f.enum("taskType", "What is learned.", {"image_object_detection": "ImageObjectDetection"}, "exact", required=True)
    primary_metric = f.enum("primaryMetric", "Metric that is optimized.", ("mean_average_precision",), "snake",
                            default="mean_average_precision")
    training_parameters, search_space = training_with(DetectionParameters, DetectionRow)


class ImageInstanceSegmentation(ImageObjectDetection):
    task = f.enum("taskType", "What is learned.", {"image_instance_segmentation": "ImageInstanceSegmentation"}, "exact", required=True)
